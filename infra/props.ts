/**
 * What a deployment is configured with.
 */
import { type Band, DEFAULT_BANDS, type ProbePolicy, validateBands } from "../core/bands.ts";
import { oneOf, refuse, whole } from "./refuse.ts";
import { resolveSecurity, type Security, type SecurityProps } from "./security.ts";

export interface ForerunProps extends SecurityProps {
  /** Path of the file that exports the tasks (`export default createWorker([…])`). */
  tasks: string;
  /**
   * Worker slots: how many tasks run at the same time; 2 to 1000 (the limits of an event source
   * mapping's MaximumConcurrency).
   * @default 10
   */
  slots?: number;
  /** Bands, most urgent first. @default critical ≤ 1, high ≤ 4, normal ≤ 7, low */
  bands?: readonly Band[];
  /** `weighted` honours the bands' shares (promise 9), `strict` does not. @default "weighted" */
  policy?: ProbePolicy;
  /**
   * Seconds that a claim on a task lasts without a heartbeat; after a crash its task runs again a
   * few seconds later. A heartbeat, each third of it, costs a write unit and two SQS requests.
   * 3 to 300.
   * @default 30
   */
  leaseSeconds?: number;
  /**
   * Seconds within which a running task sees that its cancellation was requested; each look costs
   * half a read unit. 0.05 to 60.
   * @default 2
   */
  cancelSeconds?: number;
  /** Days that settled futures are kept; 1 to 400. @default 7 */
  retentionDays?: number;
  /** Requests that may be held open at the same time to await futures; from 1. @default 50 */
  waiters?: number;
  /**
   * Memory of the worker function in megabytes, and its share of processor with it; 1,769 is a
   * whole one. 128 to 10240.
   * @default 1024
   */
  workerMemory?: number;
  /**
   * The name that logs and metrics carry. All but "dev" protect the table (`protect`).
   * @default "dev"
   */
  stage?: string;
}

/** The properties with their defaults; checked. */
export type ResolvedProps = Required<Omit<ForerunProps, keyof SecurityProps>> & {
  security: Security;
};

/** @throws ConfigurationError that names the property, and what would be right */
export function resolveProps(props: ForerunProps): ResolvedProps {
  const resolved: ResolvedProps = {
    tasks: props.tasks,
    slots: props.slots ?? 10,
    bands: props.bands ?? DEFAULT_BANDS,
    policy: props.policy ?? "weighted",
    leaseSeconds: props.leaseSeconds ?? 30,
    cancelSeconds: props.cancelSeconds ?? 2,
    retentionDays: props.retentionDays ?? 7,
    waiters: props.waiters ?? 50,
    workerMemory: props.workerMemory ?? 1024,
    stage: props.stage ?? "dev",
    security: resolveSecurity(props, props.stage ?? "dev"),
  };
  if (!resolved.tasks) refuse("tasks", "name the file that exports your tasks");
  whole("slots", resolved.slots, 2, 1000);
  validateBands(resolved.bands);
  oneOf("policy", resolved.policy, ["weighted", "strict"]);
  whole("leaseSeconds", resolved.leaseSeconds, 3, 300);
  if (!(resolved.cancelSeconds >= 0.05 && resolved.cancelSeconds <= 60)) {
    refuse("cancelSeconds", `it is ${resolved.cancelSeconds}; use 0.05 to 60`);
  }
  whole("retentionDays", resolved.retentionDays, 1, 400);
  whole("waiters", resolved.waiters, 1, 1000);
  whole("workerMemory", resolved.workerMemory, 128, 10_240);
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/.test(resolved.stage)) {
    refuse("stage", `it is "${resolved.stage}"; use 1 to 32 letters, digits and hyphens`);
  }
  return resolved;
}
