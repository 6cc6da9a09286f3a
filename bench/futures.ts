/**
 * Many futures, as the API tells of them.
 */
import type { Future } from "../client/index.ts";

/** Futures that one read may name. */
const IDS_AT_ONCE = 100;

export async function readFutures(endpoint: string, ids: readonly string[]): Promise<Future[]> {
  const all: Future[] = [];
  for (let start = 0; start < ids.length; start += IDS_AT_ONCE) {
    const some = ids.slice(start, start + IDS_AT_ONCE).join(",");
    const response = await fetch(`${endpoint}/futures?ids=${some}`);
    const { futures } = (await response.json()) as { futures: Future[] };
    all.push(...futures);
  }
  return all;
}

/** When the last of them settled, in milliseconds since the epoch. */
export function lastSettled(futures: readonly Future[]): number {
  return Math.max(...futures.map(({ settledAt = "" }) => Date.parse(settledAt)));
}
