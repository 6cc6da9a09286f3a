/**
 * Many futures in one answer.
 */
import type { FutureRecord } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Future } from "../wire.ts";
import { view } from "./future.ts";
import { ANSWER_BYTES, type Budget, type Reading } from "./outcome.ts";

/** Futures whose results are fetched at the same time: what does not fit was fetched in vain. */
const LOOK_AHEAD = 10;

/**
 * The futures in order, but without those whose results do not fit any more: whoever asked asks
 * again for what is missing. The first one with a result always fits.
 */
export async function viewMany(
  ports: Reading,
  records: readonly FutureRecord[],
): Promise<Future[]> {
  const futures: Future[] = [];
  let left = ANSWER_BYTES;
  for (let start = 0; start < records.length; start += LOOK_AHEAD) {
    const some = records.slice(start, start + LOOK_AHEAD);
    const views = await inBatches(some, async (record) => {
      const budget: Budget = { bytes: ANSWER_BYTES };
      return { future: await view(ports, record, budget), bytes: ANSWER_BYTES - budget.bytes };
    });
    for (const { future, bytes } of views) {
      if (bytes > left && left < ANSWER_BYTES) continue;
      left -= bytes;
      futures.push(future);
    }
  }
  return futures;
}
