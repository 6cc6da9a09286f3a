/**
 * How long to wait before asking again for what DynamoDB left out of a batch.
 */

/** At most this many milliseconds, which doubles with each attempt… */
const FIRST_PAUSE_MS = 50;
/** …up to this. */
const LONGEST_PAUSE_MS = 1000;

/**
 * Milliseconds, with full jitter: many that were throttled together must not come back together.
 * @param attempts made so far, from 1
 */
export function pauseMs(attempts: number): number {
  return Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
}
