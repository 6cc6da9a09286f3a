/**
 * What the sweeper does each minute: reminders that lay too far ahead for a queue's delay, permits
 * for work that lost its own, dead letters, and the renewal of messages of paused work.
 */
import { QUEUE_HORIZON_MS } from "../owed.ts";
import { type Pauses, pausedBands } from "../pauses.ts";
import type { Pool } from "../pools.ts";
import type { Depth, PermitQueue, Ports } from "../ports.ts";
import { redriveDead } from "./deadLetters.ts";
import { perform } from "./perform.ts";
import { renew } from "./renew.ts";
import { ring } from "./ring.ts";

/** What a sweep did, for the log and the metrics. */
export interface SweepReport {
  reminded: number;
  rung: number;
  /** Tasks that were ready in each band; approximate. */
  ready: readonly number[];
  redriven: number;
  /** Dead letters that cannot be parsed; they stay where they are, with an alarm. */
  unreadable: number;
  /** Tasks of paused bands whose messages were sent again, before the queue forgets them. */
  renewed: number;
}

export async function sweep(ports: Ports): Promise<SweepReport> {
  const reminded = await sendDue(ports);
  const readAt = ports.clock.now();
  const pauses = await ports.store.pauses();
  const { rung, ready } = await ringAll(ports, pauses);
  const { redriven, unreadable } = await redriveDead(ports);
  const renewed = await renew(ports, pauses, readAt);
  return { reminded, rung, ready, redriven, unreadable, renewed };
}

/**
 * Entries are taken well before they are due and sent with the queue's delay, so they are as
 * punctual as it is. Five minutes less than the horizon leaves room for a late sweep.
 */
const TAKE_AHEAD_MS = QUEUE_HORIZON_MS - 300_000;

/** A page of due entries; what is left over is taken by the next sweep, still ahead of time. */
const DUE_PAGE = 500;

async function sendDue(ports: Ports): Promise<number> {
  const entries = await ports.store.dueBy(ports.clock.now() + TAKE_AHEAD_MS, DUE_PAGE);
  for (const entry of entries) {
    const record = await ports.store.read(entry.id);
    if (record) await perform(ports, [record]);
    // Removed after the send: a crash in between sends twice, never not at all.
    await ports.store.removeDue(entry);
  }
  return entries.length;
}

/**
 * Visible work beside no visible permit: permits were lost. Counts lag, so at most as many as
 * there are slots are rung; surplus permits are harmless. Paused work needs none.
 */
async function ringAll(ports: Ports, pauses: Pauses): Promise<Pick<SweepReport, "rung" | "ready">> {
  const pools = await Promise.all(ports.config.pools.map((pool) => ringPool(ports, pool, pauses)));
  return {
    rung: pools.reduce((sum, each) => sum + each.rung, 0),
    ready: ports.config.bands.map((_, band) =>
      pools.reduce((sum, each) => sum + (each.ready[band] ?? 0), 0),
    ),
  };
}

async function ringPool(
  ports: Ports,
  pool: Pool,
  pauses: Pauses,
): Promise<Pick<SweepReport, "rung" | "ready">> {
  const { name, slots, reserved } = pool;
  const depths = await Promise.all(
    ports.config.bands.map((_, band) => ports.queues.depth({ band, pool: name })),
  );
  const ready = depths.map((depth: Depth) => depth.ready);
  const paused = pausedBands(ports.config.bands, name, pauses);
  const wanted = [...ready.entries()]
    .map(([band, ready]) => ({ band, ready }))
    .filter(({ band }) => !paused.has(band));
  const any = await ringFor(ports, { permits: "any", pool: name }, wanted, slots);
  if (!reserved) return { rung: any, ready };
  const top = wanted.filter(({ band }) => band <= reserved.through);
  const queue: PermitQueue = { permits: "reserved", pool: name };
  return { rung: any + (await ringFor(ports, queue, top, reserved.slots)), ready };
}

async function ringFor(
  ports: Ports,
  queue: PermitQueue,
  wanted: readonly { band: number; ready: number }[],
  slots: number,
): Promise<number> {
  const isWork = wanted.some(({ ready }) => ready > 0);
  if (!isWork || (await ports.queues.depth(queue)).ready > 0) return 0;
  return ring(ports, queue, wanted, slots);
}
