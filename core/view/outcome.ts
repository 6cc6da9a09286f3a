/**
 * A future's result, put together from its members where it is an aggregate.
 */
import type { ErrorRecord, FutureRecord } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { decodeReport } from "../tally.ts";
import { fetchText } from "../texts.ts";
import { frozen, frozenCount } from "../usecases/frozen.ts";
import { memberIds, memberIdsOf } from "../usecases/members.ts";
import type { ResultItem, WaitItem } from "../wire.ts";
import { cancelledError } from "./errors.ts";

export type Reading = Pick<Ports, "store" | "config" | "tenant">;

/** Members of an aggregate whose result is given in one answer. */
export const INLINE_MEMBERS = 1000;
/** Aggregates may nest; deeper results than this are read by their own ids. */
const MAX_DEPTH = 20;
/** Bytes of results in one answer: Lambda's limit is 6 MB, and one result may have 5. */
export const ANSWER_BYTES = 4_000_000;

/** What an answer may still hold; everything that is put into it is taken from this. */
export interface Budget {
  bytes: number;
}

export interface OutcomeView {
  result?: unknown;
  /** Places of the result that hold `{error}`. */
  exceptions?: number[];
  paged?: true;
}

const PAGED: OutcomeView = { paged: true };

/** The result of a future that has succeeded, or that it must be read in pages. */
export async function outcomeOf(
  ports: Reading,
  record: FutureRecord,
  budget: Budget = { bytes: ANSWER_BYTES },
  depth = 0,
): Promise<OutcomeView> {
  if (record.state !== "succeeded") return {};
  const { policy } = record;
  if (!policy) return { result: await ownResult(ports, record, budget) };
  if (depth >= MAX_DEPTH || (record.size ?? 0) > INLINE_MEMBERS) return PAGED;
  switch (policy.of) {
    case "wait": {
      const items = await doneItems(ports, record, 0, record.size ?? 0);
      const ids = (done: boolean) => items.filter((each) => each.done === done).map(({ id }) => id);
      return { result: { done: ids(true), pending: ids(false) } };
    }
    case "waitFor":
    case "shield":
    case "race":
    case "any": {
      // Decided on one member that has succeeded. The budget is the whole one for a single value.
      const [item] = await resultItems(ports, record, 0, 1, budget, depth);
      return item?.paged ? PAGED : { result: item?.result ?? null };
    }
    default: {
      const length = listLength(record);
      const items = await resultItems(ports, record, 0, length, budget, depth);
      if (items.length < length || items.some((each) => each.paged)) return PAGED;
      const result = items.map((each) => (each.error ? { error: each.error } : each.result));
      const exceptions = items.flatMap((each, place) => (each.error ? [place] : []));
      const listsErrors = policy.of === "gather" ? policy.returnExceptions : policy.of !== "some";
      return listsErrors ? { result, exceptions } : { result };
    }
  }
}

/** Members that stand in an aggregate's list of results. */
export function listLength(record: FutureRecord): number {
  return frozenCount(record) ?? record.size ?? 0;
}

/**
 * Items of an aggregate's list of results: in argument order, or in the order of reports where that
 * is frozen. Ends early, but not before the first, when the budget is spent.
 */
export async function resultItems(
  ports: Reading,
  record: FutureRecord,
  from: number,
  to: number,
  budget: Budget,
  depth = 0,
): Promise<ResultItem[]> {
  const ids = await listedIds(ports, record, from, to);
  const members = await ports.store.readMany(ids);
  const items: ResultItem[] = [];
  for (let start = 0; start < ids.length; start += LOOK_AHEAD) {
    const some = ids.slice(start, start + LOOK_AHEAD);
    const views = await inBatches(some, async (id) => {
      const own: Budget = { bytes: ANSWER_BYTES };
      return {
        item: await itemOf(ports, id, members.get(id), own, depth),
        spent: ANSWER_BYTES - own.bytes,
      };
    });
    for (const { item, spent } of views) {
      if (budget.bytes < spent && (items.length > 0 || depth > 0)) return items;
      budget.bytes -= spent;
      items.push(item);
    }
  }
  return items;
}

/** Results that are fetched at the same time: a few more than fit may be fetched in vain. */
const LOOK_AHEAD = 100;

async function itemOf(
  ports: Reading,
  id: string,
  member: FutureRecord | undefined,
  budget: Budget,
  depth: number,
): Promise<ResultItem> {
  if (member?.state === "succeeded") {
    const { result, paged } = await outcomeOf(ports, member, budget, depth + 1);
    return { id, state: member.state, ...(paged ? { paged } : { result: result ?? null }) };
  }
  const error = errorOf(id, member);
  budget.bytes -= error.message.length;
  return { id, state: member?.state ?? "failed", error };
}

async function listedIds(
  ports: Reading,
  record: FutureRecord,
  from: number,
  to: number,
): Promise<readonly string[]> {
  if (frozenCount(record) === undefined) return memberIds(ports, record, from, to);
  const members = (await frozen(ports, record, from, to)).map((code) => decodeReport(code).member);
  return memberIdsOf(ports, record, members);
}

/** Members of a wait in argument order, and whether each was done when it settled. */
export async function doneItems(
  ports: Reading,
  record: FutureRecord,
  from: number,
  to: number,
): Promise<WaitItem[]> {
  const ids = await memberIds(ports, record, from, to);
  const all = frozenCount(record) === undefined;
  const done = new Set((await frozen(ports, record)).map((code) => decodeReport(code).member));
  return ids.map((id, index) => ({ id, done: all || done.has(from + index) }));
}

async function ownResult(ports: Reading, record: FutureRecord, budget: Budget): Promise<unknown> {
  const text = await fetchText(ports.store, record.id, record.result, record.resultAt);
  budget.bytes -= text?.length ?? 0;
  return text === undefined ? null : (JSON.parse(text) as unknown);
}

function errorOf(id: string, member: FutureRecord | undefined): ErrorRecord {
  if (!member) return { name: "NotFoundError", message: `The member ${id} has expired.` };
  return member.error ?? cancelledError(id);
}
