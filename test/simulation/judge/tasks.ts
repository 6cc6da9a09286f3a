/**
 * Whether a task has ended as its handler could, after attempts that were its own (promises 2, 3
 * and 7).
 */
import type { FutureRecord } from "../../../core/future.ts";
import { fetchText, resultOf as textOf } from "../../../core/texts.ts";
import type { Known } from "../workload/known.ts";
import { MAX_ATTEMPTS, resultOf } from "../workload/work.ts";
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
  { store, objects, env }: Watched,
  known: Known,
  record: FutureRecord,
  { claims, starts, published }: Runs,
): Promise<void> {
  const { history, faults } = env;
  const { id, state, error } = record;
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
    const plain = behaviour.end === "value" || behaviour.end === "large value";
    if (!plain || record.attempts <= behaviour.failures) {
      history.violation(3, id, "it succeeded although no attempt of it could");
    }
  }
  if (state === "cancelled" && !known.cancelRequested) {
    history.violation(2, id, "it was cancelled and nobody asked for it");
  }
  if (state === "failed") {
    const whys: Record<string, boolean> = {
      PlannedError: behaviour.failures >= MAX_ATTEMPTS || known.cancelRequested || mishaps > 0,
      NonRetryableError: behaviour.end === "reject",
      TimeoutError: behaviour.end === "hang" || mishaps > 0,
      WorkerLostError: mishaps > 0,
    };
    if (!whys[error?.name ?? ""]) history.violation(2, id, `it failed with ${error?.name}`);
  }
  if (record.attempts !== claims) {
    history.violation(7, id, `${record.attempts} attempts by ${claims} claims`);
  }
  if (record.attempts > MAX_ATTEMPTS) history.violation(7, id, `${record.attempts} attempts`);
  if (claims - starts > mishaps) {
    history.violation(7, id, `${claims} claims, ${starts} runs, ${mishaps} mishaps`);
  }
  if (mishaps > 0 || known.cancelRequested || behaviour.end === "hang") return;
  const wanted = behaviour.failures < MAX_ATTEMPTS ? behaviour.failures + 1 : MAX_ATTEMPTS;
  if (record.attempts !== wanted) {
    history.violation(7, id, `${record.attempts} attempts although it needs ${wanted}`);
  }
}
