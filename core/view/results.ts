/**
 * `GET /futures/{id}/results`: an aggregate's list of results, page by page.
 * Of one that was decided by one member, that member.
 */
import { InvalidStateError } from "../errors.ts";
import { readOwn } from "../usecases/own.ts";
import type { ResultItem, ResultsPage, WaitItem } from "../wire.ts";
import { ANSWER_BYTES, doneItems, listLength, type Reading, resultItems } from "./outcome.ts";

/** Items of one page at the most; large results make it shorter. */
export const MAX_RESULTS = 1000;

/**
 * @throws NotFoundError
 * @throws InvalidStateError if it has not succeeded, or is no aggregate
 */
export async function readResults(
  ports: Reading,
  id: string,
  from: number,
  limit: number,
): Promise<Page> {
  const record = await readOwn(ports, id);
  const { policy, state } = record;
  if (!policy) throw new InvalidStateError(id, `A ${record.kind} has one result, and no list.`);
  if (state !== "succeeded") {
    throw new InvalidStateError(id, `It is ${state}; a list of results it has once it succeeds.`);
  }
  if (policy.of === "wait") {
    const size = record.size ?? 0;
    const results = await doneItems(ports, record, from, Math.min(size, from + limit));
    return page(from, results, size);
  }
  const length = listLength(record);
  const to = Math.min(length, from + limit);
  const results = await resultItems(ports, record, from, to, { bytes: ANSWER_BYTES });
  return page(from, results, length);
}

type Page = ResultsPage<ResultItem | WaitItem>;

function page(from: number, results: Page["results"], length: number): Page {
  const next = from + results.length;
  return { from, results, ...(next < length && results.length > 0 ? { next } : {}) };
}
