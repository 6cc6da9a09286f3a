/**
 * Of a task that rings a reserved slot as well, two permits are under way, and one is surplus. Which
 * one, the task's record tells whoever finds nothing.
 *
 * Why a surplus permit may go without a further look (promise 6): permits are interchangeable, so
 * count them. Each task brings one right to a run, and a run uses one up; as long as no right is
 * dropped unused, whatever waits has one. A pair of twins is one right. Once one of them has run
 * the pair's own task, the other is nobody's: dropping it leaves every other task's right in
 * place, however unsure the probe that found nothing. But if a permit from elsewhere ran the task,
 * that permit's own task may still need the pair: nothing found once proves little then, and the
 * twin looks again. While the task itself waits, the probe was false, and the twin goes on as any
 * permit does. So does one that comes back while its task's run is not over: it may be the one
 * whose worker died.
 */
import type { FutureRecord } from "../future.ts";
import type { Change, Permit, Ports, TaskMessage } from "../ports.ts";

/**
 * `used`: its right is used up. `spare`: its task is served, by a permit that may have been
 * another task's. `needed`: its task needs it.
 */
export type TwinFate = "used" | "spare" | "needed";

type Twin = NonNullable<Permit["twin"]>;

/**
 * What has become of the task of a permit that found nothing: a consistent read.
 * @param receives how often the permit has been received
 */
export async function twinFate(
  { store }: Ports,
  { id, turn }: Twin,
  receives: number,
): Promise<TwinFate> {
  const record = await store.read(id);
  const state = record?.turn === turn ? record.state : undefined;
  if (state === "pending" || (state === "running" && receives > 1)) return "needed";
  return record?.ownTurn === turn ? "used" : "spare";
}

/**
 * What a claim notes for the twins, in the write that it makes anyway.
 * @param before the record, if it is taken over from a worker that is gone
 */
export function claimedBy(
  permit: Permit | undefined,
  { id, turn }: TaskMessage,
  before?: FutureRecord,
): Pick<Change, "set" | "remove"> {
  const { twin } = permit ?? {};
  if (twin?.id === id && twin.turn === turn) return { set: { ownTurn: turn } };
  return before?.ownTurn === undefined ? {} : { remove: ["ownTurn"] };
}
