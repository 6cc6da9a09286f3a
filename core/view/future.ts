/**
 * A future as callers see it.
 */
import { bandOf } from "../bands.ts";
import type { ErrorRecord, FutureRecord } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { decodeReport, type Ending } from "../tally.ts";
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
  switch (record.policy?.of) {
    case undefined: {
      const text = await fetchText(ports.store, record.id, record.result, record.resultAt);
      return { result: text === undefined ? null : (JSON.parse(text) as unknown) };
    }
    case "wait":
      return { result: await doneAndPending(ports, record) };
    case "waitFor":
    case "shield":
    case "race":
    case "any": {
      const { result } = await listed(ports, record, reported(record, "succeeded"), depth);
      // A race may be won by an error; then it has failed and is not seen here.
      return { result: result[0] ?? null };
    }
    case "some": {
      const first = reported(record, "succeeded").slice(0, record.policy.count);
      return { result: (await listed(ports, record, first, depth)).result };
    }
    case "asCompleted":
      return listed(ports, record, reported(record), depth);
    case "gather": {
      const all = Array.from({ length: record.size ?? 0 }, (_, member) => member);
      const { result, exceptions } = await listed(ports, record, all, depth);
      return record.policy.returnExceptions ? { result, exceptions } : { result };
    }
    case "taskGroup": {
      const all = Array.from({ length: record.size ?? 0 }, (_, member) => member);
      return listed(ports, record, all, depth);
    }
  }
}

/** The members that an aggregate was decided on, in the order of their reports. */
function reported(record: FutureRecord, ending?: Ending): number[] {
  return (record.decided ?? [])
    .map(decodeReport)
    .filter((each) => ending === undefined || each.ending === ending)
    .map((each) => each.member);
}

async function doneAndPending(ports: Reading, record: FutureRecord) {
  const ids = await memberIds(ports, record);
  const done = new Set(reported(record));
  return {
    done: ids.filter((_, member) => done.has(member)),
    pending: ids.filter((_, member) => !done.has(member)),
  };
}

/** The results of these members, in this order; errors stand in their places, which are named. */
async function listed(
  ports: Reading,
  record: FutureRecord,
  members: readonly number[],
  depth: number,
): Promise<{ result: unknown[]; exceptions: number[] }> {
  const ids = await memberIds(ports, record);
  const wanted = members.map((member) => ids[member] ?? "");
  const records = await ports.store.readMany(wanted);
  const exceptions: number[] = [];
  const result = await inBatches([...wanted.entries()], async ([place, id]) => {
    const member = records.get(id);
    if (member?.state === "succeeded" && depth < MAX_DEPTH) {
      return (await outcomeOf(ports, member, depth + 1)).result ?? null;
    }
    exceptions.push(place);
    return { error: errorOf(id, member) };
  });
  return { result, exceptions: exceptions.sort((a, b) => a - b) };
}

function errorOf(id: string, member: FutureRecord | undefined): ErrorRecord {
  if (!member) return { name: "NotFoundError", message: `The member ${id} has expired.` };
  return member.error ?? cancelledError(id);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
