/**
 * Priority inheritance: who waits lends its priority to what it waits for, and that to what it waits
 * for in turn; never a less urgent one.
 * https://en.wikipedia.org/wiki/Priority_inheritance
 */
import { type FutureRecord, isTerminal, LIVE } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";

/**
 * @param awaited what it waits for, as it was read
 * @returns futures that owe something now: a pending task its message in the more urgent band
 */
export async function lend(
  ports: Ports,
  waiter: FutureRecord,
  awaited: readonly FutureRecord[],
): Promise<readonly FutureRecord[]> {
  const { priority } = waiter;
  if (priority === undefined || waiter.lends === false) return [];
  const raised = await inBatches(awaited, (each) => raise(ports, each, priority));
  return raised.flatMap((each) => each ?? []);
}

/** The fields of an aggregate that is born with a priority for its members. */
export function lending(priority: number | undefined): Pick<FutureRecord, "lent" | "lending"> {
  return priority === undefined ? {} : { lent: priority, lending: true };
}

/** @returns the future, if it owes something on account of it */
export async function raise(
  ports: Ports,
  future: FutureRecord,
  priority: number,
): Promise<FutureRecord | undefined> {
  if (isTerminal(future)) return undefined;
  if (future.policy) return raiseAggregate(ports, future, priority);
  if (future.kind !== "task") return undefined;
  if ((future.priority ?? priority) <= priority) {
    // Whoever raised it may have died before that was passed on to what it awaits.
    return future.state === "suspended" && future.lending ? future : undefined;
  }
  const { record } = await ports.store.update(
    future.id,
    { states: LIVE, priorityAbove: priority },
    { set: { priority, moved: true, lending: true } },
  );
  // Refused: by its own effect, whose answer was lost, or another was faster, and may have died.
  if (!record || isTerminal(record)) return undefined;
  // A running one keeps it for its retries, and for what it will wait for.
  return record.state === "running" ? undefined : record;
}

/** An aggregate keeps the priority that it was lent, and lends it to its members. */
async function raiseAggregate(
  ports: Ports,
  aggregate: FutureRecord,
  priority: number,
): Promise<FutureRecord | undefined> {
  if ((aggregate.lent ?? Number.POSITIVE_INFINITY) <= priority) {
    // Whoever lent it may have died before it was passed on to the members.
    return aggregate.lending ? aggregate : undefined;
  }
  const { record } = await ports.store.update(
    aggregate.id,
    { states: LIVE, lentAbove: priority },
    { set: { lent: priority, lending: true } },
  );
  return record && !isTerminal(record) ? record : undefined;
}
