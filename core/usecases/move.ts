/**
 * `POST /futures/{id}/priority`: moves work that has not begun to another band.
 */
import { InvalidStateError } from "../errors.ts";
import { type FutureRecord, isTerminal, LIVE } from "../future.ts";
import type { Ports } from "../ports.ts";
import { beginWork } from "./beginWork.ts";
import { readOwn } from "./own.ts";
import { perform } from "./perform.ts";
import { guard, guardWork } from "./remind.ts";

/**
 * Gives a task another priority. While it is pending its message goes to the new band's queue at
 * once; the old message is as good: whichever is claimed first runs it. A running task keeps the
 * new priority for its retries. On an aggregate it moves all that its members still have pending,
 * aggregates among them included; many of them in the background.
 * @throws NotFoundError
 * @throws InvalidStateError if it has settled, or is a promise or a timer
 */
export async function move(ports: Ports, id: string, priority: number): Promise<FutureRecord> {
  const record = await readOwn(ports, id);
  if (isTerminal(record)) throw new InvalidStateError(id, `It has ${record.state} already.`);
  if (record.kind !== "task" && !record.policy) {
    throw new InvalidStateError(id, `A ${record.kind} waits in no band; only tasks are moved.`);
  }
  await (record.policy ? guardWork(ports, id, "move") : guard(ports, id));
  // The record says which priority was wanted last, whatever order messages come in.
  const set = { priority, ...(record.policy ? { move: ports.newId() } : { moved: true as const }) };
  const written = await ports.store.update(id, { states: LIVE }, { set });
  const moved = written.record ?? record;
  if (moved.policy && written.applied) await beginWork(ports, moved, "move");
  else await perform(ports, [moved]);
  return moved;
}
