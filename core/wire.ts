/**
 * The shapes that travel over HTTP; the API's schemas are checked against them, and the client
 * uses them.
 */
import type { ErrorRecord, Kind, State } from "./future.ts";

export interface Future {
  id: string;
  kind: Kind;
  /** Name of the task in the registry; only of tasks. */
  task?: string;
  state: State;
  /** Lower is more urgent; only of tasks. */
  priority?: number;
  /** Name of the band that the priority falls into. */
  band?: string;
  /** Runs of the handler so far, the current one included. */
  attempts: number;
  /** ISO 8601 with milliseconds, as all times. */
  createdAt: string;
  /** When the current or last attempt began. */
  startedAt?: string;
  settledAt?: string;
  /** Present when it has succeeded. */
  result?: unknown;
  /** With returnExceptions: which places of the result hold `{error}`. */
  exceptions?: number[];
  /** Present when it has failed or was cancelled. */
  error?: ErrorRecord;
}

/** RFC 9457 problem details, with the fields that were wrong. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; message: string }[];
}

/** What the API knows of the tasks: made at synthesis from their definitions. */
export interface Manifest {
  tasks: Record<string, ManifestTask>;
}

export interface ManifestTask {
  /** JSON Schema (draft 2020-12) of the input; absent: any JSON. */
  input?: Record<string, unknown>;
  /** Seconds that one attempt may take unless the request says otherwise. */
  timeoutSeconds: number;
}

/** A band as `GET /bands` shows it; numbers are SQS's approximate ones. */
export interface BandView {
  name: string;
  /** The lowest priority integer; the first band has none. */
  from?: number;
  /** The highest priority integer, inclusive; the last band has none. */
  to?: number;
  ready: number;
  inFlight: number;
  delayed: number;
  paused: boolean;
}
