/**
 * What makes a future answers in two steps: it was accepted, and it has settled.
 */
import type { FutureHandle } from "./handle.ts";
import type { AwaitOptions } from "./within.ts";

/** A promise of a handle that can also be awaited for the result itself. */
export interface Submission<T, H extends FutureHandle<T> = FutureHandle<T>> extends Promise<H> {
  /** `await submission` is the handle, once accepted; this awaits the handle's result as well. */
  result(options?: AwaitOptions): Promise<T>;
}

export function submission<T, H extends FutureHandle<T>>(accepted: Promise<H>): Submission<T, H> {
  return Object.assign(accepted, {
    result: async (options?: AwaitOptions) => (await accepted).result(options),
  });
}
