/**
 * Telling the world outside that a future has settled, for tasks that asked for it. The settler alone
 * publishes, so that no other function needs the right to. At least once: what is noted last may be
 * done twice.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import type { Ports } from "../ports.ts";

/** Asks the settler to publish. */
export async function sendNotice(ports: Ports, id: string): Promise<void> {
  await ports.queues.sendSeeTo([{ body: { id, work: "notify" }, delaySeconds: 0 }]);
}

/** Publishes, and notes it on the record. */
export async function notify(ports: Ports, record: FutureRecord): Promise<void> {
  if (!record.notify || !isTerminal(record)) return;
  await ports.notices?.publish(record);
  await ports.store.update(record.id, { states: [record.state] }, { remove: ["notify"] });
}
