/**
 * A coroutine's journal: the futures that its calls have made, and in which order what it awaited
 * was delivered to it. A replay makes the same calls and is told the same, in the same order.
 *
 * The n-th call's future has the id `<task>.<n>`, so that calling again finds the same future. Each
 * record keeps, in the write that makes it, what had been delivered before; what was delivered after
 * the last call stands in the write that suspends the task.
 */
import type { FutureRecord, State } from "./future.ts";

/** Calls that one journal holds: a resume reads all of it. Longer loops use `continueAs`. */
export const MAX_CALLS = 10_000;
/** Futures that a coroutine can await at the same time; `gather` is one, whatever its members. */
export const MAX_AWAITS = 1000;
/**
 * Members of task groups that can interrupt their bodies: each suspension names them. Of more, the
 * first so many do; the others' failures are heard of at the end of the body.
 */
export const MAX_GUARDS = 1000;
/** How deep coroutines may call coroutines; each level lengthens the ids. */
export const MAX_DEPTH = 50;

type Caller = Pick<FutureRecord, "id" | "journal">;

/** The id of the future that the n-th call (from 0) makes. Callers' ids hold no dot. */
export function callId({ id, journal = 0 }: Caller, call: number): string {
  return journal === 0 ? `${id}.${call}` : `${id}.${journal}-${call}`;
}

/** The calls that led from the outermost task to this one. */
export function depthOf(id: string): number {
  return id.split(".").length - 1;
}

/**
 * What a coroutine awaits, as short as it can be said: of a future below it the rest of its id,
 * with the dot (`.3`); of any other the id. With a mark before it (`!.3`): it guards the future.
 */
export type AwaitKey = string;

export function awaitKey(task: string, id: string): AwaitKey {
  return isBelow(id, task) ? id.slice(task.length) : id;
}

/** Whether the task, or a call of it, has made the future. */
export function isBelow(id: string, task: string): boolean {
  return id.startsWith(`${task}.`);
}

/** The future's id, be it awaited or guarded. */
export function awaitedId(task: string, key: AwaitKey): string {
  const own = isGuard(key) ? key.slice(GUARD.length) : key;
  return own.startsWith(".") ? task + own : own;
}

/** The futures that a suspended coroutine awaits; not those that it guards. */
export function awaitedIds({ id, awaits = [] }: Pick<FutureRecord, "id" | "awaits">): string[] {
  return awaits.filter((key) => !isGuard(key)).map((key) => awaitedId(id, key));
}

/** Ids hold none. */
const GUARD = "!";

/**
 * The key under which a coroutine hears that a future has *failed*, and of nothing else: while the body
 * of a task group awaits something, that is what interrupts it. It waits for nothing by that.
 */
export function guardKey(key: AwaitKey): AwaitKey {
  return GUARD + key;
}

export function isGuard(key: AwaitKey): boolean {
  return key.startsWith(GUARD);
}

/** Whether a coroutine that awaits, or guards, a future by that key is to hear of this ending. */
export function heeds(key: AwaitKey, ending: State): boolean {
  return !isGuard(key) || ending === "failed";
}

/** One thing that a coroutine was told. */
export interface Delivery {
  /** Calls that it had made by then. */
  calls: number;
  key: AwaitKey;
  /** Not the outcome, but that this request cancels the await. */
  cancelledBy?: string;
}

/** Deliveries from number `first` on. */
export interface Deliveries {
  first: number;
  list: readonly Delivery[];
}

type Row = [calls: number, key: AwaitKey, cancelledBy?: string];

/** As text for a record; nothing is empty. */
export function encodeDeliveries({ first, list }: Deliveries): string {
  if (list.length === 0) return "";
  const rows = list.map(
    ({ calls, key, cancelledBy }): Row =>
      cancelledBy === undefined ? [calls, key] : [calls, key, cancelledBy],
  );
  return JSON.stringify([first, rows]);
}

export function decodeDeliveries(text: string | undefined): Deliveries {
  if (!text) return { first: 0, list: [] };
  const [first, rows] = JSON.parse(text) as [number, Row[]];
  const list = rows.map(([calls, key, cancelledBy]) =>
    cancelledBy === undefined ? { calls, key } : { calls, key, cancelledBy },
  );
  return { first, list };
}

/**
 * All that was delivered, in order, from what its records hold of it; parts may overlap.
 */
export function joinDeliveries(parts: readonly Deliveries[]): Delivery[] {
  const all: (Delivery | undefined)[] = [];
  for (const { first, list } of parts) {
    for (const [index, each] of list.entries()) all[first + index] = each;
  }
  // A gap cannot be: no record is written before what it builds on is durable.
  const gap = Array.from(all).indexOf(undefined);
  return (gap === -1 ? all : all.slice(0, gap)) as Delivery[];
}
