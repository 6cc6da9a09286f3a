/**
 * Lists of succeeded aggregates, which are read page by page.
 */
import type { ResultsPage } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { inLanes } from "./lanes.ts";

/** Items that one page may hold; it holds fewer if they are large. */
const PAGE = 1000;

/** Whose list it is, and how long, if that is known. */
export interface Sized {
  id: string;
  size?: number;
}

/**
 * Reads the whole list, four pages at once and so in any order: `use` is told where each begins.
 * @throws NotFoundError, ConnectionError, RequestError; the signal's reason if it aborts
 */
export async function readPages<I>(
  api: Api,
  { id, size = 0 }: Sized,
  signal: AbortSignal | undefined,
  use: (page: ResultsPage<I>) => void,
): Promise<void> {
  const starts = Array.from({ length: Math.max(1, Math.ceil(size / PAGE)) }, (_, i) => i * PAGE);
  const last = starts.at(-1);
  await inLanes(starts, async (start) => {
    // The last one goes on to the list's own end, wherever that is.
    const end = start === last ? Number.POSITIVE_INFINITY : start + PAGE;
    for (let from: number | undefined = start; from !== undefined && from < end; ) {
      const limit = Math.min(PAGE, end - from);
      const page: ResultsPage<I> = await api.results<I>(id, { from, limit }, signal);
      use(page);
      from = page.next;
    }
  });
}

/**
 * The pages in order. While one is in use the next is on its way, and no more than that: whoever
 * leaves early has read little in vain.
 * @throws as `readPages`
 */
export async function* streamPages<I>(
  api: Api,
  id: string,
  signal?: AbortSignal,
): AsyncGenerator<readonly I[], void, undefined> {
  const left = new AbortController();
  const either = signal ? AbortSignal.any([signal, left.signal]) : left.signal;
  const read = (from: number) => {
    const page = api.results<I>(id, { from, limit: PAGE }, either);
    // It is looked at later, or never.
    page.catch(() => undefined);
    return page;
  };
  try {
    let coming: Promise<ResultsPage<I>> | undefined = read(0);
    while (coming) {
      const { results, next }: ResultsPage<I> = await coming;
      coming = next === undefined ? undefined : read(next);
      yield results;
    }
  } finally {
    left.abort();
  }
}
