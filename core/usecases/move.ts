/**
 * `POST /futures/{id}/priority`: moves work that has not begun to another band.
 */
import { InvalidStateError, NotFoundError } from "../errors.ts";
import { type FutureRecord, isTerminal, LIVE } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { memberIds } from "./members.ts";
import { perform } from "./perform.ts";
import { guard } from "./remind.ts";

/**
 * Gives a task another priority. While it is pending its message goes to the new band's queue at
 * once; the old message is as good: whichever is claimed first runs it. A running task keeps the
 * new priority for its retries. On an aggregate it moves the members.
 * @throws NotFoundError
 * @throws InvalidStateError if it has settled, or is a promise or a timer
 */
export async function move(ports: Ports, id: string, priority: number): Promise<FutureRecord> {
  const record = await ports.store.read(id);
  if (!record) throw new NotFoundError([id]);
  if (isTerminal(record)) throw new InvalidStateError(id, `It has ${record.state} already.`);
  if (record.policy) {
    const members = await ports.store.readMany(await memberIds(ports, record));
    const tasks = [...members.values()].filter((each) => each.kind === "task" && !isTerminal(each));
    await inBatches(tasks, (task) => moveTask(ports, task.id, priority));
    return record;
  }
  if (record.kind !== "task") {
    throw new InvalidStateError(id, `A ${record.kind} waits in no band; only tasks are moved.`);
  }
  return (await moveTask(ports, id, priority)) ?? record;
}

async function moveTask(
  ports: Ports,
  id: string,
  priority: number,
): Promise<FutureRecord | undefined> {
  await guard(ports, id);
  const written = await ports.store.update(id, { states: LIVE }, { set: { priority } });
  if (written.record) await perform(ports, [written.record]);
  return written.record;
}
