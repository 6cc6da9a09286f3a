/**
 * asyncio's clock stands still while code runs, and a real one does not: each await of a program is
 * a little late, and a hundred of them would add up to ticks. So a program reckons from the tick on
 * which asyncio's would be: the last one that its scenario knows before what it has heard of last.
 */

export interface Grid {
  /** When tick 0 was, in milliseconds since the epoch. */
  begun: number;
  /** Milliseconds of a tick. */
  tick: number;
}

/** All times of the scenarios are multiples of it, in ticks. */
const STEP = 0.5;
/** Timers may fire a moment early, by the rounding of milliseconds. */
const ROUNDING = 0.02;

/** The tick on which asyncio's program would be. @param now in milliseconds, the same in replays */
export function tickOf({ begun, tick }: Grid, now: number): number {
  return Math.max(0, Math.floor((now - begun) / tick / STEP + ROUNDING) * STEP);
}

/** When a tick is, in milliseconds since the epoch. */
export function momentOf({ begun, tick }: Grid, at: number): number {
  return begun + at * tick;
}
