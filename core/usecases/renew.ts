/**
 * The renewal of messages of paused work. SQS forgets a message 14 days after it was sent, wherever
 * it lies; the futures stand in the table for ever. So while a band is paused for long, the sweeper
 * sends their messages again, page by page of the table: old copies become duplicates.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { SKEW_MS } from "../lease.ts";
import { isFarAhead, owed } from "../owed.ts";
import { type Pauses, pausedBands, type Renewal } from "../pauses.ts";
import { poolOf } from "../pools.ts";
import type { Ports } from "../ports.ts";
import { bandOfTask, dispatch } from "./dispatch.ts";

const DAY_MS = 86_400_000;
/** A day after a band was paused, so that what had waited for up to 13 days by then is saved… */
const FIRST_AFTER_MS = DAY_MS;
/** …and again while it lasts: well within the 14 days of SQS. */
const AGAIN_AFTER_MS = 7 * DAY_MS;

/** A sweep has a minute in all; the rest of the table is left to the next. */
const BUDGET_MS = 15_000;

/**
 * @param readAt when the pauses were read, at the latest (milliseconds)
 * @returns how many tasks' messages were sent again
 */
export async function renew(ports: Ports, pauses: Pauses, readAt: number): Promise<number> {
  const renewal = due(readAt, pauses);
  if (!renewal) return 0;
  const until = ports.clock.now() + BUDGET_MS;
  let sent = 0;
  let cursor = renewal.cursor;
  do {
    const page = await ports.store.scan(cursor || undefined);
    const waiting = page.records.filter((record) => isWaiting(ports, record, pauses));
    // No slot may take them, so no permit is rung.
    await dispatch(ports, waiting, { permits: false });
    const owing = page.records.filter((record) => mayOweWord(ports, record, pauses));
    if (owing.length > 0) {
      await ports.queues.sendSeeTo(owing.map(({ id }) => ({ body: { id }, delaySeconds: 0 })));
    }
    sent += waiting.length;
    cursor = page.cursor;
  } while (cursor !== undefined && ports.clock.now() < until);
  // Noted last: a crash before it sends again, never not at all.
  const { begunAt } = renewal;
  const after = cursor === undefined ? { begunAt } : { begunAt, cursor };
  await ports.store.changePauses({ renewal: after });
  return sent;
}

/**
 * The renewal that is under way, or is to begin now. It counts from a little before the pauses were
 * read, so that it is never taken for one of a band that was paused only then; clocks differ.
 */
function due(now: number, { paused, renewal }: Pauses): Renewal | undefined {
  if (paused.length === 0) return undefined;
  if (renewal?.cursor !== undefined) return renewal;
  const last = renewal?.begunAt ?? 0;
  const isDue = paused.some(({ since }) =>
    last > since ? now - last > AGAIN_AFTER_MS : now - since > FIRST_AFTER_MS,
  );
  return isDue ? { begunAt: now - SKEW_MS, cursor: "" } : undefined;
}

/** Whether it is a task whose message may lie in a band that is paused. */
function isWaiting(ports: Ports, record: FutureRecord, pauses: Pauses): boolean {
  // A worker that ran it may have died: then its message is its only way back. It lies where it was
  // taken from, which need not be its band any more if it was moved since. They are few.
  if (record.state === "running") return record.kind === "task";
  if (record.state !== "pending" || isFarAhead(record, ports.clock.now())) return false;
  // Whoever moved it may have died before it was sent to its new band.
  return record.moved === true || isPaused(ports, record, pauses);
}

/**
 * Whether a task may have settled without its watchers having been told, or have been suspended
 * without having been registered with what it awaits: its worker died, and nobody meets the message
 * since its band is paused. To do it again is harmless.
 */
function mayOweWord(ports: Ports, record: FutureRecord, pauses: Pauses): boolean {
  // What was moved while it ran has its message where it was taken from, be that paused or not.
  const isMoved = record.kind === "task" && record.moved === true;
  if (!isMoved && !isPaused(ports, record, pauses)) return false;
  const since = Math.min(...pauses.paused.map((each) => each.since));
  if (record.state === "suspended") return (record.startedAt ?? 0) > since - SUSPENDED_WITHIN_MS;
  if (!isTerminal(record)) return false;
  const settledSince = (record.settledAt ?? 0) > since - MET_WITHIN_MS;
  return settledSince && owed(record, ports.clock.now()).length > 0;
}

/** The message of what settled longer before the pause had been met by then. */
const MET_WITHIN_MS = 900_000;
/** As that, after a run that takes as long as a function may. */
const SUSPENDED_WITHIN_MS = 2 * MET_WITHIN_MS;

function isPaused(ports: Ports, record: FutureRecord, pauses: Pauses): boolean {
  if (record.kind !== "task") return false;
  const { bands, pools } = ports.config;
  const { name } = poolOf(pools, record.pool);
  return pausedBands(bands, name, pauses).has(bandOfTask(ports, record));
}
