/**
 * Reminders: "look at this future again at that time", by a delayed message where the queue's
 * delay reaches, and by the index of due times beyond.
 */
import { QUEUE_HORIZON_MS } from "../owed.ts";
import type { PagedWork, Ports } from "../ports.ts";

export async function remind(ports: Ports, id: string, at: number): Promise<void> {
  const now = ports.clock.now();
  if (at - now > QUEUE_HORIZON_MS) return ports.store.putDue(id, at);
  // Rounded down: a queue's delay is in whole seconds, and whoever gets the message waits for the
  // rest, so that timers are punctual.
  const delaySeconds = Math.max(0, Math.floor((at - now) / 1000));
  await ports.queues.sendSeeTo([{ body: { id }, delaySeconds }]);
}

/** A reminder comes up to this long before its time (milliseconds). */
export const EARLY_MS = 1000;

/**
 * Seconds after which a guard arrives: longer than an API call can last (29 s), so that the call
 * it guards is over, whether it ended well or died.
 */
export const GUARD_SECONDS = 60;

/** The same for work on an aggregate's members that its record does not owe for good. */
export async function guardWork(ports: Ports, id: string, work: PagedWork): Promise<void> {
  await ports.queues.sendSeeTo([{ body: { id, work }, delaySeconds: GUARD_SECONDS }]);
}

/**
 * Sent before the write of a call that nobody would repeat if its process died after the write:
 * the settler then performs what the future owes.
 */
export async function guard(ports: Ports, id: string): Promise<void> {
  await ports.queues.sendSeeTo([{ body: { id }, delaySeconds: GUARD_SECONDS }]);
}
