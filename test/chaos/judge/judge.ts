/**
 * The judgement after the faults have stopped and the work has drained: promises 1, 2, 4, 7 and 8
 * over the final state of every future, aggregates against a model of their own.
 */
import { type FutureRecord, isTerminal } from "../../../core/future.ts";
import { flawsOfTask } from "../../support/behaviour.ts";
import type { Known } from "../known.ts";
import { endingsOf, flawsOf, type Stored } from "./aggregates.ts";
import type { History } from "./history.ts";

export interface Case extends Stored {
  history: History;
  known: ReadonlyMap<string, Known>;
  /** Deaths, failed calls and lost answers: what may have cost an attempt. */
  mishaps: number;
  /** Whether the attempt that settled a task returned this, as JSON text. */
  isResult: (text: string | undefined, record: FutureRecord) => boolean;
}

export async function judge(it: Case): Promise<void> {
  for (const known of it.known.values()) {
    const record = await it.store.read(known.id);
    if (!record) {
      if (known.accepted) it.history.violation(1, known.id, "it was accepted and does not exist");
      continue;
    }
    if (!isTerminal(record)) {
      // Not accepted, but there: a task may lie there for ever. Whoever knows the id of an
      // aggregate must not wait for ever once its members have ended.
      const over = record.policy && (await endingsOf(it, record)).every((each) => each);
      if (known.accepted || over) {
        it.history.violation(1, known.id, `it is ${record.state} for ever`);
      }
      continue;
    }
    if (record.kind === "task") await judgeTask(it, known, record);
    if (!record.policy) continue;
    for (const flaw of await flawsOf(it, record)) it.history.violation(4, record.id, flaw);
  }
}

async function judgeTask(it: Case, known: Known, record: FutureRecord) {
  const { store, history, mishaps, isResult } = it;
  const { id, state } = record;
  const { behaviour, cancelRequested } = known;
  if (!behaviour) return;
  if (state === "succeeded") {
    const text = record.resultAt ? await store.blob(id, record.resultAt) : record.result;
    if (!isResult(text, record)) history.violation(2, id, `its result is ${text}`);
  }
  const claims = history.claims.get(id) ?? 0;
  const starts = history.starts.get(id) ?? 0;
  const ended = { behaviour, cancelRequested, mishaps, claims, starts };
  for (const [promise, what] of flawsOfTask(record, ended)) history.violation(promise, id, what);
}
