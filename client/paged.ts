/**
 * Results that are too long for one answer: from their pages or downloads to what an answer would have held.
 */
import type { Future, ResultItem, WaitItem } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { rebuildError, resultOf } from "./outcome.ts";
import { readPages, type Sized, streamPages } from "./pages.ts";

/** The value of a future that has succeeded, read from its pages if it has some. */
export async function readResult(api: Api, future: Future, signal?: AbortSignal): Promise<unknown> {
  const { id, download } = future;
  if (download) return api.download(id, download, signal);
  if (!future.paged) return resultOf(future);
  switch (future.kind) {
    case "wait":
      return readDoneAndPending(api, future, signal);
    case "gather":
    case "taskGroup":
    case "asCompleted":
      return readList(api, future, signal);
    case "some":
      return readList(api, { id }, signal);
    default: {
      // The outcome of one member, which stands alone in its list.
      const [value = null] = await readList(api, { id }, signal);
      return value;
    }
  }
}

/** The elements of a paged list in order, one by one; errors stand where members failed. */
export async function* streamList(
  api: Api,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  for await (const items of streamPages<ResultItem>(api, id, signal)) {
    for (const item of items) {
      yield isElsewhere(item) ? await readMember(api, item, signal) : valueAt(item);
    }
  }
}

/** @param list with its size, unless it holds fewer than the aggregate has members */
async function readList(api: Api, list: Sized, signal?: AbortSignal): Promise<unknown[]> {
  const values: unknown[] = new Array(list.size ?? 0);
  const nested: [number, ResultItem][] = [];
  await readPages<ResultItem>(api, list, signal, ({ from, results }) => {
    for (const [index, item] of results.entries()) {
      values[from + index] = valueAt(item);
      if (isElsewhere(item)) nested.push([from + index, item]);
    }
  });
  // One after another: each is itself read by several requests at once.
  for (const [place, item] of nested) values[place] = await readMember(api, item, signal);
  return values;
}

/** Whether a member's result is not in the list, but too large for it. */
function isElsewhere({ paged, download }: ResultItem): boolean {
  return paged === true || download !== undefined;
}

/** The result of a member that has pages of its own (its record says of which kind) or is large. */
async function readMember(
  api: Api,
  { id, download }: ResultItem,
  signal?: AbortSignal,
): Promise<unknown> {
  if (download) return api.download(id, download, signal);
  return readResult(api, await api.get(id, signal), signal);
}

function valueAt({ state, result = null, error }: ResultItem): unknown {
  if (state === "succeeded") return result;
  const name = state === "cancelled" ? "CancelledError" : "Error";
  return rebuildError(error ?? { name, message: "" });
}

async function readDoneAndPending(api: Api, future: Future, signal?: AbortSignal) {
  const items: WaitItem[] = new Array(future.size ?? 0);
  await readPages<WaitItem>(api, future, signal, ({ from, results }) => {
    for (const [index, item] of results.entries()) items[from + index] = item;
  });
  const idsOf = (list: WaitItem[]) => list.map(({ id }) => id);
  const pending = items.filter(({ done }) => !done);
  return { done: idsOf(items.filter(({ done }) => done)), pending: idsOf(pending) };
}
