/**
 * What the runner and the process of the cloud say to each other.
 */
import type { AwsAccess, Depth, FaultKind, FaultRates } from "../../local/index.ts";

/** How the process of the cloud is started: JSON in its first argument. */
export interface HostSettings {
  assembly: string;
  data: string;
  port: number;
  seed: number;
  rates: FaultRates;
  /** File for the writes. */
  writes: string;
}

export interface Ready {
  endpoint: string;
  aws: AwsAccess;
  table: string;
}

export interface Request {
  id: number;
  ask: Question;
}

export type Question =
  | { do: "faults"; rates: FaultRates }
  | { do: "stop faults" }
  /** Kills a process of the function; a busy one if there is one and that is wanted. */
  | { do: "kill"; name: string; busy: boolean; dice: number }
  | { do: "status" };

export interface Status {
  faults: Record<FaultKind, number>;
  depths: Record<string, Depth>;
  processes: { name: string; pid: number }[];
  /** After a collection of garbage, in bytes. */
  heap: number;
  /** What keeps the event loop alive, by kind. */
  resources: Record<string, number>;
}

export type Reply = { ready: Ready } | { failed: string } | { id: number; answer: unknown };
