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
  /** From the task's definition: the pool that runs it. @default the default one */
  pool?: string;
  /** From the task's definition: an event is published once it has settled. */
  notify?: true;
}

/** An aggregate over the tasks of a batch. */
export interface AggregateOptions {
  id?: string;
  policy: Policy;
  /** Seconds; only of policies that know a time limit. */
  timeoutSeconds?: number;
  /** How urgent it is: less urgent members, and what they wait for, are raised to it (lend.ts). */
  priority?: number;
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
  /** Make a one-time token that settles it. */
  token?: boolean;
  /** Or take this hash (approval.ts) of one that the caller has made. */
  tokenHash?: string;
}

/** An aggregate that is filled page by page. */
export interface OpenRequest extends AggregateOptions {
  /** Whether its members are tasks that are born with it, or futures that exist. */
  members: "tasks" | "futures";
  /** Seconds after which it fails unless it is sealed. */
  sealWithinSeconds: number;
}

/** Members for an open aggregate; `start` is the number of the first. */
export type MembersRequest =
  | { start: number; tasks: readonly TaskRequest[] }
  | { start: number; of: readonly string[] };

/** Members that one call can name: they are dealt with within its 29 seconds. */
export const MAX_MEMBERS = 1000;

/** Members that an aggregate can have: the root of its tally then has some 6 KB. */
export const MAX_OPENED_MEMBERS = 100_000;
