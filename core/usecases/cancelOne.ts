/**
 * A cancel request to one future, as asyncio's `cancel()`: what is pending settles at once, a
 * running task is asked, an aggregate may pass the request on to its members (policies.ts), what is
 * done answers no.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { inBatches } from "../parallel.ts";
import { isStopping, onCancel } from "../policies.ts";
import type { Change, Ports, Written } from "../ports.ts";
import { isWatched, settlement } from "../settlement.ts";
import { memberIds } from "./members.ts";

export interface CancelAnswer {
  /** Whether the request was accepted; false if the future had settled. */
  cancelled: boolean;
  /** The future after it, which may owe something on that account. */
  record: FutureRecord;
}

/** @param token names this request, so that it recognises its own effect when an answer is lost */
export async function cancelOne(
  ports: Ports,
  record: FutureRecord,
  token: string,
): Promise<CancelAnswer> {
  let current = record;
  while (!isTerminal(current)) {
    const written = await requestCancel(ports, current, token);
    if (written.applied) return { cancelled: true, record: written.record };
    if (!written.record) break;
    current = written.record;
  }
  return { cancelled: current.state === "cancelled" && current.token === token, record: current };
}

function requestCancel(ports: Ports, record: FutureRecord, token: string): Promise<Written> {
  const settlesAtOnce =
    record.state === "pending" && (!record.policy || onCancel(record) === "settles");
  const change: Change = settlesAtOnce
    ? settlement(ports.config, { state: "cancelled" }, ports.clock.now(), {
        token,
        watched: isWatched(record),
      })
    : { set: { cancel: true } };
  return ports.store.update(record.id, { states: [record.state] }, change);
}

/** Passes an aggregate's cancel request on to its members, in argument order. */
export async function cancelMembers(
  ports: Ports,
  aggregate: FutureRecord,
): Promise<readonly FutureRecord[]> {
  const members = await ports.store.readMany(await memberIds(ports, aggregate));
  const reached = [...members.values()].filter((member) => isReached(member, aggregate.id));
  const answers = await inBatches(reached, (member) => cancelOne(ports, member, aggregate.id));
  return answers.map((each) => each.record);
}

/**
 * A member that has ended by this very request, or as one that passed it on, is met again: whoever
 * asked it may have died before its watchers were told.
 */
function isReached(member: FutureRecord, token: string): boolean {
  if (!isTerminal(member)) return true;
  return member.token === token || (member.policy !== undefined && isStopping(member));
}
