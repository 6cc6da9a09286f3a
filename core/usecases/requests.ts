/**
 * Requests as the use cases take them: validated, with their defaults filled in.
 */
import type { Policy } from "../policies.ts";
import type { RetryOptions } from "../retry.ts";

export interface TaskRequest {
  task: string;
  /** JSON text. */
  input: string;
  priority: number;
  id?: string;
  tenant?: string;
  delaySeconds?: number;
  timeoutSeconds?: number;
  retry?: RetryOptions;
}

/** An aggregate over the tasks of a batch. */
export interface AggregateOptions {
  id?: string;
  policy: Policy;
  /** Seconds; only of policies that know a time limit. */
  timeoutSeconds?: number;
}

/** An aggregate over futures that exist. */
export interface AggregateRequest extends AggregateOptions {
  of: readonly string[];
}

export interface TimerRequest {
  id?: string;
  delaySeconds: number;
  /** JSON text that the timer gives when it fires. */
  result: string;
}

export interface PromiseRequest {
  id?: string;
  timeoutSeconds?: number;
}

/** An aggregate over more members needs more than one tally item (about 4 KB at this number). */
export const MAX_MEMBERS = 1000;
