/**
 * Names of queues in tests.
 */
import { DEFAULT_POOL } from "../../core/pools.ts";
import type { PermitQueue, QueueName } from "../../core/ports.ts";

/** The permits of the default pool. */
export const PERMITS: PermitQueue = { permits: "any" };

/** A queue's name as text; of the default pool whether that is named or not. */
export function queueKey(queue: QueueName): string {
  if (typeof queue === "string") return queue;
  const { pool = DEFAULT_POOL } = queue;
  return "band" in queue ? `${pool}-band-${queue.band}` : `${pool}-permits-${queue.permits}`;
}
