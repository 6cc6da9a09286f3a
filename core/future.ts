/**
 * The future: the durable record of an outcome to come. Everything that can be awaited is one.
 */
import type { AggregateKind, Policy } from "./policies.ts";
import type { RetryOptions } from "./retry.ts";

export type Kind = "task" | "timer" | "promise" | AggregateKind;

export type State = "pending" | "running" | "suspended" | "succeeded" | "failed" | "cancelled";

/** The states that never change again (promise 2). */
export const TERMINAL: readonly State[] = ["succeeded", "failed", "cancelled"];

/** The states that may still change. */
export const LIVE: readonly State[] = ["pending", "running", "suspended"];

/** Which state may follow which; to reach a terminal one is to settle. */
export const TRANSITIONS: Readonly<Record<State, readonly State[]>> = {
  pending: ["running", "succeeded", "failed", "cancelled"],
  running: ["pending", "suspended", "succeeded", "failed", "cancelled"],
  suspended: ["pending", "cancelled"],
  succeeded: [],
  failed: [],
  cancelled: [],
};

/** What a handler threw, as data. `cause` nests as in JavaScript. */
export interface ErrorRecord {
  name: string;
  message: string;
  cause?: ErrorRecord;
  /** Of an ExceptionGroup or an AggregateError: the errors that it holds. */
  errors?: readonly ErrorRecord[];
}

/**
 * A future as it is stored: one item, changed by one conditional write at a time. Times are
 * milliseconds since the epoch. Everything that must follow from a change is derived from this
 * record (owed.ts), so it holds all that the effects need.
 */
export interface FutureRecord {
  id: string;
  kind: Kind;
  state: State;
  createdAt: number;
  /** Hash of the request that made it: a repeat must match it (promise 8). */
  request: string;
  /** Rises each time a task becomes pending again; its messages carry it. */
  turn: number;
  /** Runs of the handler so far, the current one included (promise 7). */
  attempts: number;
  /** When the current or last attempt began. */
  startedAt?: number;
  settledAt?: number;
  /** Not before this time (a delayed task, a timer), or the time at which it times out. */
  due?: number;

  /** The task's name in the registry. */
  task?: string;
  priority?: number;
  /** The task's input as JSON, when it is small. */
  input?: string;
  /** The blob that holds the input, when it is large. */
  inputAt?: string;
  tenant?: string;
  timeoutSeconds?: number;
  retry?: RetryOptions;

  /** Who made the last change that must be told apart: an attempt's lease, a cancel, a settle. */
  token?: string;
  /** Until when the running attempt's claim holds. */
  leaseUntil?: number;
  /** Cancellation was requested while it could not be settled at once. */
  cancel?: boolean;

  /** The result as JSON, when it is small. */
  result?: string;
  /** The blob that holds the result, when it is large. */
  resultAt?: string;
  error?: ErrorRecord;

  /** Who must hear of its settling, as `<aggregate id>#<member number>`; at most 32 of them. */
  watchers?: readonly string[];
  /** More watchers stand in items of their own. */
  overflow?: boolean;

  /** Aggregates: when it settles and with what. */
  policy?: Policy;
  /** Aggregates: the number of members. */
  size?: number;
  /** Aggregates: members were born with it, and have the ids `<id>.<member number>`. */
  born?: boolean;
  /** Aggregates: all members are registered; only now the policy may decide. */
  sealed?: boolean;
  /** Aggregates: why its members are being cancelled, when nobody requested it. */
  stopping?: "timeout" | "failure";
  /** Aggregates: the reports (codes of tally.ts) that its outcome rests on, frozen as it settles. */
  decided?: readonly number[];

  /** Seconds since the epoch after which the record may be deleted; nothing is driven by it. */
  expires?: number;
}

export function isTerminal(record: Pick<FutureRecord, "state">): boolean {
  return TERMINAL.includes(record.state);
}

/** A final outcome, before it is stored. A result is JSON text. */
export type Outcome =
  | { state: "succeeded"; result: string }
  | { state: "failed"; error: ErrorRecord }
  | { state: "cancelled"; error: ErrorRecord };

export const CANCELLED: ErrorRecord = {
  name: "CancelledError",
  message: "The future was cancelled.",
};

/** The id of a member that was born with its aggregate. Callers' ids hold no dot. */
export function memberId(aggregate: string, member: number): string {
  return `${aggregate}.${member}`;
}
