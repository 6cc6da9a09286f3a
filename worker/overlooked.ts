/**
 * Estimates inversions: how often a slot took a task although a more urgent one was ready.
 *
 * A short poll may miss what is there, so a slot that found all bands above empty may be wrong. Of
 * a small sample of such dispatches (those that honour a share are not mistakes) the bands above
 * are probed once more. Approximate counts of messages would not do: they lag by up to a minute,
 * which is longer than almost everything waits.
 *
 * A probe hides nothing: what it receives stays visible, so whoever is entitled to it gets it in
 * the same instant. It costs the message one of its thousand receives, and a worker that meets it
 * later rings no permit on its account (permits.ts): the sweeper would.
 */
import type { Ports } from "../core/ports.ts";

/** One dispatch in so many is looked at: 0.03 receives for a task at most, $0.01 for a million. */
export const SAMPLED_ONE_IN = 100;

/**
 * A message must be older than the first look by so many milliseconds: younger ones may just have
 * come, and clocks of SQS and Lambda differ by some.
 */
const MARGIN_MS = 100;

/**
 * Whether a task above the band was ready when the bands were probed.
 * @param probedAt when the slot began to probe, in milliseconds
 */
export async function overlooked(ports: Ports, band: number, probedAt: number): Promise<boolean> {
  const options = { waitSeconds: 0, visibilitySeconds: 0 };
  const { pool } = ports.config;
  const found = await Promise.all(
    Array.from({ length: band }, (_, above) =>
      ports.queues.receiveTask({ band: above, pool }, options),
    ),
  );
  return found.some((message) => {
    // One that was received before was in someone's hands, and may have been so at that time.
    if (!message || message.receives > 1) return false;
    return Math.max(message.sentAt, message.body.due ?? 0) < probedAt - MARGIN_MS;
  });
}

/** Whether all bands above were found empty: else the band's share has been honoured. */
export function isByOrder(band: number, empty: readonly number[]): boolean {
  return band > 0 && new Set(empty.filter((each) => each < band)).size === band;
}
