/**
 * Rings permits for work that has lost its own.
 */
import type { Permit, PermitQueue, Ports } from "../ports.ts";

/**
 * Rings a permit for each message that is ready, but no more than there are slots: whichever finds
 * work that waits since before now rings the next (`backlog`), so that all slots stay busy until
 * such work is done, however much of it there is. Newer work has permits of its own; those may be
 * spent on the old meanwhile, so what is found does not end it before all that miss are rung.
 * @param wanted the bands with the messages that are ready in each, most urgent first
 * @returns how many were rung
 */
export async function ring(
  ports: Ports,
  queue: PermitQueue,
  wanted: readonly { band: number; ready: number }[],
  slots: number,
): Promise<number> {
  const backlog = ports.clock.now();
  const permits = wanted.flatMap(({ band, ready }) =>
    Array.from({ length: Math.min(ready, slots) }, (): Permit => ({ band, backlog })),
  );
  const rung = permits.slice(0, slots);
  const total = wanted.reduce((sum, { ready }) => sum + ready, 0);
  // The rest is shared out among those that are rung.
  const missing = Math.ceil((total - rung.length) / Math.max(1, rung.length));
  await ports.queues.sendPermits(
    queue,
    rung.map((body) => ({ body: missing > 0 ? { ...body, missing } : body, delaySeconds: 0 })),
  );
  return rung.length;
}
