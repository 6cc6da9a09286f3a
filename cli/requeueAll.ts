/**
 * Has the sweeper requeue page by page: a table may hold more than one invocation can read.
 */
import { Failure } from "./failure.ts";

/** Invokes the sweeper with an event; gives what it answered. */
export type Invoke = (event: object) => Promise<unknown>;

/**
 * @param onPage hears of each page, with the number of futures so far
 * @returns how many futures were queued again
 * @throws Failure if what answers is no sweeper
 */
export async function requeueAll(
  invoke: Invoke,
  onPage: (pages: number, total: number) => void,
): Promise<number> {
  let total = 0;
  let cursor: string | undefined;
  for (let pages = 1; ; pages++) {
    const answer = await invoke(
      cursor === undefined ? { requeue: true } : { requeue: true, cursor },
    );
    const { sent, cursor: next } = (answer ?? {}) as { sent?: unknown; cursor?: string };
    if (typeof sent !== "number") {
      throw new Failure(
        `This function is no sweeper: it answered ${JSON.stringify(answer)?.slice(0, 200)}.`,
      );
    }
    if (next !== undefined && next === cursor) {
      throw new Failure("The sweeper answers with the same cursor again; it would never end.");
    }
    total += sent;
    onPage(pages, total);
    if (next === undefined) return total;
    cursor = next;
  }
}
