/**
 * The handle of `Promise.allSettled`'s like.
 */
import type { Future } from "../core/wire.ts";
import { GatherHandle } from "./gatherHandle.ts";

/** As JavaScript's `Promise.allSettled` gives them. */
export class AllSettledHandle<T, H> extends GatherHandle<PromiseSettledResult<T>[], H> {
  protected override async decode(
    future: Future,
    signal?: AbortSignal,
  ): Promise<PromiseSettledResult<T>[]> {
    const values: unknown[] = await super.decode(future, signal);
    return values.map((value) => this.element(value));
  }

  protected override element(value: unknown): PromiseSettledResult<T> {
    // JSON holds no Error: where one stands, a member has failed.
    if (value instanceof Error) return { status: "rejected", reason: value };
    return { status: "fulfilled", value: value as T };
  }
}
