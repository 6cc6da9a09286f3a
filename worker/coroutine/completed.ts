/**
 * Futures as they settle.
 */
import { TimeoutError } from "../errors.ts";
import type { CoroutineFuture } from "./future.ts";

/**
 * The members in the order in which they settle: that is the order of delivery, so a replay has it
 * again.
 * @param limit a future that settles when the time is over
 */
export async function* asCompleted<F extends CoroutineFuture>(
  members: readonly F[],
  limit: CoroutineFuture | undefined,
): AsyncGenerator<F, void, undefined> {
  const settled: F[] = [];
  let late = false;
  let wake: () => void = () => {};
  for (const each of members) {
    const settle = () => {
      settled.push(each);
      wake();
    };
    each.then(settle, settle);
  }
  limit?.then(
    () => {
      late = true;
      wake();
    },
    () => undefined,
  );
  for (let count = 0; count < members.length; ) {
    const next = settled.shift();
    if (next) {
      count += 1;
      yield next;
    } else {
      if (late) throw new TimeoutError("It did not settle in time.");
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  if (limit) await limit.cancel();
}
