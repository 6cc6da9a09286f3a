/**
 * Whether a task has ended as its handler could, after attempts that were its own (promises 2, 3
 * and 7).
 */
import type { FutureRecord } from "../../../core/future.ts";
import { fetchText, resultOf as textOf } from "../../../core/texts.ts";
import { flawsOfTask, MAX_ATTEMPTS } from "../../support/behaviour.ts";
import type { Known } from "../workload/known.ts";
import { resultOf } from "../workload/work.ts";
import type { Watched } from "./messages.ts";

export interface Runs {
  /** Attempts that were begun. */
  claims: number;
  /** Runs of its handler. */
  starts: number;
  /** An event of it was published. */
  published: boolean;
}

export async function judgeTask(
  { store, objects, env, known: all }: Watched,
  known: Known,
  record: FutureRecord,
  { claims, starts, published }: Runs,
): Promise<void> {
  const { history, faults } = env;
  const { id, state } = record;
  const { behaviour } = known;
  if (known.notify && known.accepted && !(published && record.notify === undefined)) {
    history.violation(1, id, "no event was published of it");
  }
  if (!behaviour) return;
  const mishaps = faults.of("death", "kill", "failed call", "lost answer", "half a batch", "pause");
  if (state === "succeeded") {
    const text = await fetchText({ store, objects }, id, textOf(record)).catch(String);
    const expected = JSON.stringify(resultOf(id, behaviour));
    if (text !== expected) history.violation(2, id, `its result is ${text}`);
  }
  const cancelRequested = all.mayBeCancelled(id);
  const ended = { behaviour, cancelRequested, mishaps, claims, starts };
  for (const [promise, what] of flawsOfTask(record, ended)) history.violation(promise, id, what);
  if (mishaps > 0 || cancelRequested || behaviour.end === "hang") return;
  const wanted = behaviour.failures < MAX_ATTEMPTS ? behaviour.failures + 1 : MAX_ATTEMPTS;
  if (record.attempts !== wanted) {
    history.violation(7, id, `${record.attempts} attempts although it needs ${wanted}`);
  }
}
