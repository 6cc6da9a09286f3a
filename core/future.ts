/**
 * The future: the durable record of an outcome to come. Everything that can be awaited is one.
 */
import type { AggregateKind, Policy } from "./policies.ts";
import type { RetryOptions } from "./retry.ts";

/** A `step` is what a coroutine has done by itself and recorded: it is settled or about to be. */
export type Kind = "task" | "timer" | "promise" | "step" | AggregateKind;

export type State = "pending" | "running" | "suspended" | "succeeded" | "failed" | "cancelled";

/** The states that never change again (promise 2). */
export const TERMINAL: readonly State[] = ["succeeded", "failed", "cancelled"];

/** The states that may still change. */
export const LIVE: readonly State[] = ["pending", "running", "suspended"];

/** Which state may follow which; to reach a terminal one is to settle. */
export const TRANSITIONS: Readonly<Record<State, readonly State[]>> = {
  pending: ["running", "succeeded", "failed", "cancelled"],
  running: ["pending", "suspended", "succeeded", "failed", "cancelled"],
  suspended: ["pending", "failed"],
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

/** A text in the bucket; its key is made of the future's id and this name (texts.ts). */
export interface ObjectPointer {
  name: string;
  /** Of UTF-8. */
  bytes: number;
  /** In base64. */
  sha256: string;
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
  /** Where in the bucket the input is, when it is larger still. */
  inputObject?: ObjectPointer;
  /**
   * Whose it is. Tasks of a tenant share a band fairly with those of others; where callers are bound
   * to tenants every future has one, and none but its tenant's callers can see it.
   */
  tenant?: string;
  /** The worker pool that runs it, unless it is the default one. */
  pool?: string;
  /** An event is still to be published once it has settled. */
  notify?: true;
  timeoutSeconds?: number;
  retry?: RetryOptions;

  /** The trace of the request that made it (trace.ts). */
  trace?: string;

  /** Who made the last change that must be told apart: an attempt's lease, a cancel, a settle. */
  token?: string;
  /** Promises: hash of the one-time token that settles it (approval.ts). */
  approval?: string;
  /** The last turn that was claimed by one of the two permits that it rang (twins.ts). */
  ownTurn?: number;
  /** Until when the running attempt's claim holds. */
  leaseUntil?: number;
  /** Cancellation was requested while it could not be settled at once. */
  cancel?: boolean;
  /** The token of that request, so that a coroutine heeds each one once. */
  asked?: string;

  /** The result as JSON, when it is small. */
  result?: string;
  /** The blob that holds the result, when it is large. */
  resultAt?: string;
  /** Where in the bucket the result is, when it is larger still. */
  resultObject?: ObjectPointer;
  error?: ErrorRecord;

  /** Who must hear of its settling, as `<aggregate id>#<member number>`; at most 32 of them. */
  watchers?: readonly string[];
  /** More watchers stand in items of their own. */
  overflow?: boolean;

  /** Aggregates: when it settles and with what. */
  policy?: Policy;
  /** Aggregates: the number of members; of one that its caller fills, known once it is sealed. */
  size?: number;
  /** Aggregates: the tally is a tree of items (tally.ts), because there are many members. */
  tree?: boolean;
  /** Aggregates: members were born with it, and have the ids `<id>.<member number>`. */
  born?: boolean;
  /** Aggregates: all members are registered; only now the policy may decide. */
  sealed?: boolean;
  /** Aggregates that their callers fill page by page: when an unsealed one fails. */
  openUntil?: number;
  /** Of those: members that were announced so far, from number 0 up to below this. */
  extent?: number;
  /** Aggregates: which move of its members was wanted last, to the priority that it has. */
  move?: string;
  /** Aggregates: why its members are being cancelled, when nobody requested it. */
  stopping?: "timeout" | "failure";
  /** Aggregates: the reports (codes of tally.ts) that its outcome rests on, frozen as it settles. */
  decided?: readonly number[];
  /** The pages that hold them, when they are many (frozen.ts). */
  decidedAt?: Frozen;
  /** Aggregates: members were still to report when it settled; it withdraws from them. */
  left?: boolean;

  /** When the first attempt began. */
  began?: number;
  /** Coroutines: how often it was suspended. */
  resumes?: number;
  /** Coroutines: attempts that threw; a crash counts only until the next time it is suspended. */
  failures?: number;
  /** Coroutines: which journal it writes, from 0: a retry and `continueAs` begin another. */
  journal?: number;
  /** Coroutines: the calls it had made when it was suspended last, or ended. */
  calls?: number;
  /** Coroutines: what was delivered since its last call, as it was suspended (journal.ts). */
  heard?: string;
  /** The blob that holds it, when it is large. */
  heardAt?: string;
  /** Coroutines: what it awaits while it is suspended, or awaited then (journal.ts, AwaitKey). */
  awaits?: readonly string[];
  /** Coroutines: which of them woke it. */
  wokenBy?: string;
  /** Coroutines: another than its own code has ended it, so not all that it called may have begun. */
  strays?: boolean;
  /** It lends its priority to nothing that it awaits. */
  lends?: false;
  /** Its priority was changed: its message may lie in the band that it had before. */
  moved?: true;
  /** Aggregates: all members are at least as urgent as this, or will be (lend.ts). */
  lent?: number;
  /**
   * Aggregates: members are still to be raised to what was lent. Tasks: so may be what it awaits, since
   * it was raised after it was suspended.
   */
  lending?: true;

  /** Calls of a coroutine: what had been delivered before this one was made; empty for nothing. */
  told?: string;
  /** The blob that holds it, when it is large. */
  toldAt?: string;

  /** Seconds since the epoch after which the record may be deleted; nothing is driven by it. */
  expires?: number;
}

/** Where frozen reports stand: the name of their pages, and their number. */
export interface Frozen {
  name: string;
  count: number;
}

/** Whether its caller fills it page by page, and seals it. */
export function isOpened(record: Pick<FutureRecord, "openUntil">): boolean {
  return record.openUntil !== undefined;
}

/** Whether a coroutine's call made it: it is a line of that coroutine's journal. */
export function isCall(record: Pick<FutureRecord, "told" | "toldAt">): boolean {
  return record.told !== undefined || record.toldAt !== undefined;
}

/** Whether it is a coroutine that has been suspended and must go on, be it to its `finally`. */
export function isMidway(record: Pick<FutureRecord, "kind" | "calls">): boolean {
  return record.kind === "task" && record.calls !== undefined;
}

export function isTerminal(record: Pick<FutureRecord, "state">): boolean {
  return TERMINAL.includes(record.state);
}

export const CANCELLED: ErrorRecord = {
  name: "CancelledError",
  message: "The future was cancelled.",
};

/** The id of a member that was born with its aggregate. Callers' ids hold no dot. */
export function memberId(aggregate: string, member: number): string {
  return `${aggregate}.${member}`;
}
