/**
 * A future's result, put together from its members where it is an aggregate.
 */

import { PayloadGoneError } from "../errors.ts";
import type { ErrorRecord, FutureRecord } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { decodeReport } from "../tally.ts";
import { fetchText, resultOf } from "../texts.ts";
import { frozen, frozenCount } from "../usecases/frozen.ts";
import { memberIds, memberIdsOf } from "../usecases/members.ts";
import type { Download, ResultItem, WaitItem } from "../wire.ts";
import { downloadOf } from "./download.ts";
import { cancelledError } from "./errors.ts";

export type Reading = Pick<Ports, "store" | "objects" | "config" | "clock" | "tenant">;

/** Members of an aggregate whose result is given in one answer. */
export const INLINE_MEMBERS = 1000;
/** Aggregates may nest; deeper results than this are read by their own ids. */
const MAX_DEPTH = 20;
/**
 * Bytes of results in one answer. Lambda's limit is 6 MB, and an answer is a text in the JSON that
 * a function gives: each of its quotes and backslashes takes two bytes there.
 */
export const ANSWER_BYTES = 2_500_000;
/** Bytes of what stands in place of a result that is downloaded. */
const DOWNLOAD_BYTES = 2000;

/** What an answer may still hold; everything that is put into it is taken from this. */
export interface Budget {
  bytes: number;
  /** It is no answer: results of all sizes are read, and none is a download. @default false */
  whole?: boolean;
}

export interface OutcomeView {
  result?: unknown;
  /** Places of the result that hold `{error}`. */
  exceptions?: number[];
  paged?: true;
  download?: Download;
}

const PAGED: OutcomeView = { paged: true };

/** The result of a future that has succeeded, or how it must be read. */
export async function outcomeOf(
  ports: Reading,
  record: FutureRecord,
  budget: Budget = { bytes: ANSWER_BYTES },
  depth = 0,
): Promise<OutcomeView> {
  if (record.state !== "succeeded") return {};
  const { policy } = record;
  if (!policy) return ownResult(ports, record, budget);
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
      if (item?.download) return { download: item.download };
      return item?.paged ? PAGED : { result: item?.result ?? null };
    }
    default: {
      const length = listLength(record);
      const items = await resultItems(ports, record, 0, length, budget, depth);
      if (items.length < length || items.some((each) => each.paged || each.download)) return PAGED;
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
  while (items.length < ids.length) {
    const next = ids.slice(items.length, items.length + LOOK_AHEAD);
    const least = items.length > 0 || depth > 0 ? 0 : 1;
    const some = next.slice(0, Math.max(least, fitting(next, members, budget)));
    if (some.length === 0) return items;
    const views = await inBatches(some, async (id) => {
      const own: Budget = { bytes: ANSWER_BYTES, whole: budget.whole === true };
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

/** How many of the next results fit, as far as their sizes are known. */
function fitting(
  ids: readonly string[],
  members: ReadonlyMap<string, FutureRecord>,
  { bytes }: Budget,
): number {
  let left = bytes;
  const beyond = ids.findIndex((id) => {
    const size = members.get(id)?.resultObject?.bytes ?? 0;
    left -= size > ANSWER_BYTES ? DOWNLOAD_BYTES : size;
    return left < 0;
  });
  return beyond === -1 ? ids.length : beyond;
}

async function itemOf(
  ports: Reading,
  id: string,
  member: FutureRecord | undefined,
  budget: Budget,
  depth: number,
): Promise<ResultItem> {
  let error = errorOf(id, member);
  if (member?.state === "succeeded") {
    try {
      const { result, paged, download } = await outcomeOf(ports, member, budget, depth + 1);
      const shown = download ? { download } : paged ? { paged } : { result: result ?? null };
      return { id, state: member.state, ...shown };
    } catch (cause) {
      if (!(cause instanceof PayloadGoneError)) throw cause;
      error = { name: cause.name, message: cause.message };
    }
  }
  budget.bytes -= error.message.length;
  const state = member?.state === "succeeded" ? "failed" : (member?.state ?? "failed");
  return { id, state, error };
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

async function ownResult(
  ports: Reading,
  record: FutureRecord,
  budget: Budget,
): Promise<OutcomeView> {
  const { resultObject } = record;
  if (resultObject && resultObject.bytes > ANSWER_BYTES && !budget.whole) {
    budget.bytes -= DOWNLOAD_BYTES;
    return { download: await downloadOf(ports, record.id, resultObject) };
  }
  const text = await fetchText(ports, record.id, resultOf(record));
  if (text === undefined) return { result: null };
  budget.bytes -= resultObject?.bytes ?? Buffer.byteLength(text);
  return { result: JSON.parse(text) as unknown };
}

function errorOf(id: string, member: FutureRecord | undefined): ErrorRecord {
  if (!member) return { name: "NotFoundError", message: `The member ${id} has expired.` };
  return member.error ?? cancelledError(id);
}
