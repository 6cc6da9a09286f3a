/**
 * Futures as they settle.
 */
import { TimeoutError } from "../errors.ts";
import type { ResultOf } from "./context.ts";
import type { CoroutineFuture } from "./future.ts";

/**
 * A member that has settled. It is not the future itself: `for await` would wait for that, and a
 * member that failed would end the loop.
 */
export interface CompletedMember<F extends CoroutineFuture = CoroutineFuture> {
  readonly id: string;
  /** The member as it was given. */
  readonly future: F;
  /** Its result. @throws what it failed with */
  result(): Promise<ResultOf<F>>;
}

/**
 * The members in the order in which they settle: that is the order of delivery, so a replay has it
 * again.
 * @param limit a future that settles when the time is over
 */
export async function* asCompleted<F extends CoroutineFuture>(
  members: readonly F[],
  limit: CoroutineFuture | undefined,
): AsyncGenerator<CompletedMember<F>, void, undefined> {
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
      yield memberOf(next);
    } else {
      if (late) throw new TimeoutError("It did not settle in time.");
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  if (limit) await limit.cancel();
}

function memberOf<F extends CoroutineFuture>(future: F): CompletedMember<F> {
  return { id: future.id, future, result: () => future.then() as Promise<ResultOf<F>> };
}
