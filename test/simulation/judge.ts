/**
 * The judgement after the faults have stopped and the work has drained: promises 1, 2, 4, 7 and 8
 * over the final state of every future, aggregates against a model of their own.
 */
import { type FutureRecord, isTerminal } from "../../core/future.ts";
import type { ReturnWhen } from "../../core/policies.ts";
import { decodeReport, type Ending } from "../../core/tally.ts";
import type { MemoryStore } from "../support/memoryStore.ts";
import type { History } from "./history.ts";
import { MAX_ATTEMPTS, resultOf } from "./work.ts";
import type { Known } from "./workload.ts";

export interface Case {
  store: MemoryStore;
  history: History;
  known: ReadonlyMap<string, Known>;
  /** Deaths, failed calls and lost answers: what may have cost an attempt. */
  mishaps: number;
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
      const over = record.policy && (await endingsOf(it.store, record)).every((each) => each);
      if (known.accepted || over) {
        it.history.violation(1, known.id, `it is ${record.state} for ever`);
      }
      continue;
    }
    if (record.kind === "task") await judgeTask(it, known, record);
    if (record.policy) await judgeAggregate(it, record);
  }
}

async function judgeTask({ store, history, mishaps }: Case, known: Known, record: FutureRecord) {
  const { id, state, error } = record;
  const { behaviour } = known;
  if (!behaviour) return;
  if (state === "succeeded") {
    const text = record.resultAt ? await store.blob(id, record.resultAt) : record.result;
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
  const claims = history.claims.get(id) ?? 0;
  const starts = history.starts.get(id) ?? 0;
  if (record.attempts !== claims) {
    history.violation(7, id, `${record.attempts} attempts by ${claims} claims`);
  }
  if (record.attempts > MAX_ATTEMPTS) history.violation(7, id, `${record.attempts} attempts`);
  if (claims - starts > mishaps) {
    history.violation(7, id, `${claims} claims, ${starts} runs, ${mishaps} mishaps`);
  }
}

async function judgeAggregate({ store, history }: Case, record: FutureRecord): Promise<void> {
  const { id, policy } = record;
  const reports = (await store.tally(id)).map(decodeReport);
  const members = await endingsOf(store, record);
  if (new Set(reports.map((each) => each.member)).size !== reports.length) {
    history.violation(4, id, "a member has reported twice");
  }
  for (const { member, ending } of reports) {
    if (members[member] !== ending) {
      history.violation(4, id, `member ${member} is ${members[member]} and reported ${ending}`);
    }
  }
  if (record.error?.name === "IncompleteBatchError") {
    // The call that was to create the members died: allowed only if nobody was told otherwise.
    if (members.every((each) => each !== undefined)) {
      history.violation(4, id, "it is called incomplete and is complete");
    }
    return;
  }
  const inOrder = reports.map((each) => each.ending);
  const complete = reports.length === (record.size ?? 0);
  if (policy?.of === "gather") {
    const expected = gatherModel(policy.returnExceptions, inOrder, complete);
    const cancelled = record.cancel === true && record.error?.name === "CancelledError";
    if (record.state !== expected && !cancelled) {
      history.violation(4, id, `the gather ${record.state}, asyncio's would be ${expected}`);
    }
  }
  if (policy?.of === "wait" && record.state === "succeeded") {
    judgeWait(history, record, policy.returnWhen, inOrder);
  }
}

/** A gather's state by the order in which its members ended; undefined while it is pending. */
function gatherModel(
  returnExceptions: boolean,
  endings: readonly Ending[],
  complete: boolean,
): "succeeded" | "failed" | "pending" {
  if (!returnExceptions && endings.some((each) => each !== "succeeded")) return "failed";
  return complete ? "succeeded" : "pending";
}

/** The reports that a wait was decided on are the first ones, and enough. */
function judgeWait(
  history: History,
  record: FutureRecord,
  returnWhen: ReturnWhen,
  inOrder: readonly Ending[],
): void {
  const decided = record.decided ?? [];
  const first = inOrder.slice(0, decided.length);
  const enough =
    first.length === record.size ||
    (record.due !== undefined && (record.settledAt ?? 0) >= record.due) ||
    (returnWhen === "FIRST_COMPLETED" && first.length > 0) ||
    (returnWhen === "FIRST_EXCEPTION" && first.includes("failed"));
  if (!enough) history.violation(4, record.id, `the wait settled on ${first.length} reports`);
  const frozen = decided.map((code) => decodeReport(code).ending);
  if (JSON.stringify(frozen) !== JSON.stringify(first)) {
    history.violation(4, record.id, "what it decided on is not what was reported first");
  }
}

/** How each member ended, by its number; undefined if it does not exist or lives. */
async function endingsOf(
  store: MemoryStore,
  record: FutureRecord,
): Promise<(Ending | undefined)[]> {
  const text = record.inputAt ? await store.blob(record.id, record.inputAt) : record.input;
  const ids = record.born
    ? Array.from({ length: record.size ?? 0 }, (_, index) => `${record.id}.${index}`)
    : (JSON.parse(text ?? "[]") as string[]);
  const members = await store.readMany(ids);
  return ids.map((id) => {
    const member = members.get(id);
    return member && isTerminal(member) ? (member.state as Ending) : undefined;
  });
}
