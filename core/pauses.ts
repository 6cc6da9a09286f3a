/**
 * Pauses: bands whose work waits until an operator resumes them. Submissions still go in, and what
 * runs already ends; what would begin, a retry or a delayed task included, stays on its queue.
 */
import type { Band } from "./bands.ts";

/** A band of a pool, by their names: indexes change when a deployment changes its bands. */
export interface Place {
  pool: string;
  band: string;
}

export interface Pause extends Place {
  /** Since when, in milliseconds. */
  since: number;
}

/** What is known of pauses: one small item of the table, which workers read every few seconds. */
export interface Pauses {
  paused: readonly Pause[];
  /** The last renewal of messages of paused work, which queues would forget (renew.ts). */
  renewal?: Renewal;
}

export interface Renewal {
  /** When it began, in milliseconds. */
  begunAt: number;
  /** Where in the table it goes on, "" for the beginning; absent once it is done. */
  cursor?: string;
}

/** A change to the pauses; what is paused already keeps its time. */
export interface PauseChange {
  pause?: { places: readonly Place[]; at: number };
  resume?: readonly Place[];
  renewal?: Renewal;
}

export const NO_PAUSES: Pauses = { paused: [] };

/**
 * A pause is heeded by every slot at the latest so many milliseconds after it was made: so long
 * what a worker has read may count. A read each time would cost every task half a read unit.
 */
export const PAUSES_KNOWN_MS = 5000;

/** The indexes of a pool's bands that are paused. */
export function pausedBands(
  bands: readonly Band[],
  pool: string,
  { paused }: Pauses,
): ReadonlySet<number> {
  const names = new Set(paused.filter((each) => each.pool === pool).map((each) => each.band));
  return new Set([...bands.keys()].filter((index) => names.has(bands[index]?.name ?? "")));
}
