/**
 * Holding a request until a future settles.
 */
import { NotFoundError } from "../errors.ts";
import { type FutureRecord, isTerminal } from "../future.ts";
import type { Ports } from "../ports.ts";
import { readManyOwn } from "./own.ts";

/** The pause between two looks starts here, in milliseconds, and grows by half each time… */
const FIRST_PAUSE_MS = 20;
/** …up to this: a look costs a read unit for every future that is awaited. */
const LONGEST_PAUSE_MS = 250;

/**
 * Reads futures; if all of them are live, looks again until one settles or the time is over.
 * @param seconds how long to wait at the most, from 0
 * @throws NotFoundError
 */
export async function awaitFutures(
  ports: Ports,
  ids: readonly string[],
  seconds: number,
): Promise<readonly FutureRecord[]> {
  const end = ports.clock.now() + seconds * 1000;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const found = await readManyOwn(ports, ids);
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length > 0) throw new NotFoundError(missing);
    const records = ids.map((id) => found.get(id) as FutureRecord);
    const left = end - ports.clock.now();
    if (records.some(isTerminal) || left <= 0) return records;
    await ports.clock.sleep(Math.min(pause, left));
    pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS);
  }
}
