/**
 * The renewal of messages of paused work. SQS forgets a message 14 days after it was sent, wherever
 * it lies; the futures stand in the table for ever. So while a band is paused for long, the sweeper
 * sends their messages again, page by page of the table: old copies become duplicates.
 */
import type { FutureRecord } from "../future.ts";
import { isFarAhead } from "../owed.ts";
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

/** @returns how many tasks' messages were sent again */
export async function renew(ports: Ports, pauses: Pauses): Promise<number> {
  const renewal = due(ports.clock.now(), pauses);
  if (!renewal) return 0;
  const until = ports.clock.now() + BUDGET_MS;
  let sent = 0;
  let cursor = renewal.cursor;
  do {
    const page = await ports.store.scan(cursor || undefined);
    const waiting = page.records.filter((record) => isWaiting(ports, record, pauses));
    // No slot may take them, so no permit is rung.
    await dispatch(ports, waiting, { permits: false });
    sent += waiting.length;
    cursor = page.cursor;
  } while (cursor !== undefined && ports.clock.now() < until);
  // Noted last: a crash before it sends again, never not at all.
  const { begunAt } = renewal;
  const after = cursor === undefined ? { begunAt } : { begunAt, cursor };
  await ports.store.changePauses({ renewal: after });
  return sent;
}

/** The renewal that is under way, or is to begin now. */
function due(now: number, { paused, renewal }: Pauses): Renewal | undefined {
  if (paused.length === 0) return undefined;
  if (renewal?.cursor !== undefined) return renewal;
  const last = renewal?.begunAt ?? 0;
  const isDue = paused.some(({ since }) =>
    last > since ? now - last > AGAIN_AFTER_MS : now - since > FIRST_AFTER_MS,
  );
  return isDue ? { begunAt: now, cursor: "" } : undefined;
}

/** Whether it is a task that a message stands for, in a band that is paused. */
function isWaiting(ports: Ports, record: FutureRecord, pauses: Pauses): boolean {
  if (record.kind !== "task" || isFarAhead(record, ports.clock.now())) return false;
  // A worker that ran it may have died: then its message is its only way back.
  if (record.state !== "pending" && record.state !== "running") return false;
  const { bands, pools } = ports.config;
  const { name } = poolOf(pools, record.pool);
  return pausedBands(bands, name, pauses).has(bandOfTask(ports, record));
}
