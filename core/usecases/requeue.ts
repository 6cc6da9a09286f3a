/**
 * Rebuilding the queues from the table, after they were lost or purged.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import type { Ports } from "../ports.ts";
import { dispatch } from "./dispatch.ts";

/**
 * Sends again what a live future needs in the queues. Whatever is still there besides becomes a
 * duplicate, which is harmless.
 */
export async function resend(ports: Ports, record: FutureRecord): Promise<void> {
  // A running task's message is its only way back after a crash: a worker that meets it while the
  // lease holds hides it until the lease ends. A task due far ahead needs its reminder.
  if (!isTerminal(record) && record.kind === "task" && record.state === "running") {
    return dispatch(ports, [record]);
  }
  // Reports to an aggregate may have been lost with the queues as well.
  const reconcile = record.policy && record.sealed && !isTerminal(record);
  const body = { id: record.id, ...(reconcile ? { work: "reconcile" as const } : {}) };
  await ports.queues.sendSeeTo([{ body, delaySeconds: 0 }]);
}

/**
 * One page of the rebuilding. Call it again with the cursor until it gives none.
 * @returns how many futures were sent, and where to go on
 */
export async function requeue(
  ports: Ports,
  cursor?: string,
): Promise<{ sent: number; cursor?: string }> {
  const page = await ports.store.scan(cursor);
  const live = page.records.filter((record) => !isTerminal(record));
  for (const record of live) await resend(ports, record);
  return { sent: live.length, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}
