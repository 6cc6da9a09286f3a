/**
 * Rebuilding the queues from the table, after they were lost or purged.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { cancelsRest, isStopping } from "../policies.ts";
import type { Ports, SeeTo } from "../ports.ts";
import { dispatch } from "./dispatch.ts";

/**
 * Work by messages that a future may still owe: its messages were lost with the queues. What is done of
 * it, most likely all, is not done again.
 */
function unfinished(ports: Ports, record: FutureRecord): NonNullable<SeeTo["work"]>[] {
  const settled = isTerminal(record);
  const { policy, left, move, overflow } = record;
  const works: NonNullable<SeeTo["work"]>[] = settled && overflow ? ["tell"] : [];
  if (settled && record.notify) works.push("notify");
  if (!policy || (record.size ?? record.extent ?? 0) <= ports.config.pageSize) return works;
  if (isStopping(record) || (settled && cancelsRest(policy))) works.push("cancel");
  if (settled && left) works.push("withdraw");
  if (!settled && move !== undefined) works.push("move");
  return works;
}

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
  const { id } = record;
  const works = [...(reconcile ? (["reconcile"] as const) : []), ...unfinished(ports, record)];
  // What has settled may owe what is no work of its own, such as the calls of a lost coroutine.
  const itself = works.length === 0 || isTerminal(record) ? [{ id }] : [];
  const bodies = [...itself, ...works.map((work) => ({ id, work }))];
  await ports.queues.sendSeeTo(bodies.map((body) => ({ body, delaySeconds: 0 })));
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
  const owing = page.records.filter(
    (record) => !isTerminal(record) || unfinished(ports, record).length > 0,
  );
  for (const record of owing) await resend(ports, record);
  return { sent: owing.length, ...(page.cursor === undefined ? {} : { cursor: page.cursor }) };
}
