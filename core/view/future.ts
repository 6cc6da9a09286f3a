/**
 * A future as callers see it.
 */
import { bandOf } from "../bands.ts";
import type { ErrorRecord, FutureRecord } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { decodeReport } from "../tally.ts";
import { fetchText } from "../texts.ts";
import { memberIds } from "../usecases/members.ts";
import type { Future } from "../wire.ts";
import { cancelledError } from "./errors.ts";

type Reading = Pick<Ports, "store" | "config">;

/** Aggregates may nest; deeper results than this are read by their own ids. */
const MAX_DEPTH = 20;

/** The future with its outcome; results of aggregates are put together from their members. */
export async function view(ports: Reading, record: FutureRecord): Promise<Future> {
  const { id, kind, task, state, priority, attempts, error } = record;
  const outcome = await outcomeOf(ports, record, 0);
  return {
    id,
    kind,
    ...(task === undefined ? {} : { task }),
    state,
    ...(priority === undefined
      ? {}
      : { priority, band: ports.config.bands[bandOf(priority, ports.config.bands)]?.name ?? "" }),
    attempts,
    createdAt: iso(record.createdAt),
    ...(record.startedAt === undefined ? {} : { startedAt: iso(record.startedAt) }),
    ...(record.settledAt === undefined ? {} : { settledAt: iso(record.settledAt) }),
    ...outcome,
    ...(state === "failed" && error ? { error } : {}),
    ...(state === "cancelled" ? { error: cancelledError(id) } : {}),
  };
}

interface OutcomeView {
  result?: unknown;
  exceptions?: number[];
}

async function outcomeOf(
  ports: Reading,
  record: FutureRecord,
  depth: number,
): Promise<OutcomeView> {
  if (record.state !== "succeeded") return {};
  if (record.policy?.of === "wait") return { result: await doneAndPending(ports, record) };
  if (record.policy?.of === "gather") return gathered(ports, record, depth);
  const text = await fetchText(ports.store, record.id, record.result, record.resultAt);
  return { result: text === undefined ? null : (JSON.parse(text) as unknown) };
}

async function doneAndPending(ports: Reading, record: FutureRecord) {
  const ids = await memberIds(ports, record);
  const done = new Set((record.decided ?? []).map((code) => decodeReport(code).member));
  return {
    done: ids.filter((_, member) => done.has(member)),
    pending: ids.filter((_, member) => !done.has(member)),
  };
}

/** The members' results in argument order; with returnExceptions an error stands in its place. */
async function gathered(ports: Reading, record: FutureRecord, depth: number): Promise<OutcomeView> {
  const ids = await memberIds(ports, record);
  const members = await ports.store.readMany(ids);
  const exceptions: number[] = [];
  const result = await inBatches([...ids.entries()], async ([index, id]) => {
    const member = members.get(id);
    if (member?.state === "succeeded" && depth < MAX_DEPTH) {
      return (await outcomeOf(ports, member, depth + 1)).result ?? null;
    }
    exceptions.push(index);
    return { error: errorOf(id, member) };
  });
  const returnsExceptions = record.policy?.of === "gather" && record.policy.returnExceptions;
  return { result, ...(returnsExceptions ? { exceptions: exceptions.sort((a, b) => a - b) } : {}) };
}

function errorOf(id: string, member: FutureRecord | undefined): ErrorRecord {
  if (!member) return { name: "NotFoundError", message: `The member ${id} has expired.` };
  return member.error ?? cancelledError(id);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
