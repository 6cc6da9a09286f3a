/**
 * A cancel request to one future, as asyncio's `cancel()`: what is pending settles at once, a
 * running task is asked, an aggregate may pass the request on to its members (policies.ts), what is
 * done answers no.
 */
import { CANCELLED, type FutureRecord, isMidway, isOpened, isTerminal } from "../future.ts";
import { isLeaseOver } from "../lease.ts";
import { isStopping, onCancel } from "../policies.ts";
import type { Change, Ports, When, Written } from "../ports.ts";
import { isWatched, type Settled, settlement } from "../settlement.ts";
import { hasCalled } from "./strays.ts";

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
  const own = current.token === token && (current.state === "cancelled" || isOpened(current));
  return { cancelled: own, record: current };
}

async function requestCancel(ports: Ports, record: FutureRecord, token: string): Promise<Written> {
  const now = ports.clock.now();
  const asks = record.policy !== undefined && onCancel(record) === "asks";
  const options = { token, watched: isWatched(record), left: isLeft(record) };
  const when: When = { states: [record.state] };
  if (isOpened(record) && !record.sealed) {
    // Nobody may seal it any more. What asks its members does so on account of the mark.
    const outcome: Settled =
      record.policy?.of === "gather"
        ? { state: "failed", error: CANCELLED }
        : { state: "cancelled" };
    const change = settlement(ports.config, outcome, now, options);
    const set = { ...change.set, ...(asks ? { cancel: true } : {}) };
    return ports.store.update(record.id, { ...when, sealed: false }, { ...change, set });
  }
  // Who ran it is gone, and until its message is met again nobody would heed the request.
  const isLost =
    record.state === "running" &&
    isLeaseOver(record.leaseUntil, now) &&
    !(await hasCalled(ports, record));
  if (isLost && record.token !== undefined) when.token = record.token;
  const change: Change =
    (record.state === "pending" && !asks && !isMidway(record)) || isLost
      ? settlement(ports.config, { state: "cancelled" }, now, options)
      : { set: { cancel: true, asked: token } };
  return ports.store.update(record.id, when, change);
}

/** An aggregate that is cancelled at once leaves its members as they are, and must withdraw. */
function isLeft(record: FutureRecord): boolean {
  return record.policy !== undefined && !record.born;
}

/**
 * A member that has ended by this very request, or as one that passed it on, is met again: whoever
 * asked it may have died before its watchers were told.
 */
export function isReached(member: FutureRecord, token: string): boolean {
  if (!isTerminal(member)) return true;
  return member.token === token || (member.policy !== undefined && isStopping(member));
}
