/**
 * Handles of aggregates whose result lists those of their members.
 */
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { FutureHandle } from "./handle.ts";
import { streamList } from "./paged.ts";
import type { AwaitOptions } from "./within.ts";

/** What a list's elements are. */
export type ElementOf<T> = T extends readonly (infer E)[] ? E : never;

/** A gather, with handles of its members. */
export class GatherHandle<T, H = readonly FutureHandle[]> extends FutureHandle<T> {
  readonly members: H;
  readonly #api: Api;

  constructor(api: Api, id: string, members: H, known?: Future) {
    super(api, id, known);
    this.#api = api;
    this.members = members;
  }

  /**
   * The elements of `result()` one by one, in the same order, once it has settled. A large list is
   * read page by page, the next one while this one is used, so it need not fit into memory; errors
   * stand as Error values in their places.
   *
   * @param options `timeoutSeconds` limits the awaiting, not the reading; `signal` stops both
   * @throws as `result()`, before the first element
   * @example
   * for await (const each of gather.results()) {
   *   if (each instanceof Error) console.warn(each.message);
   * }
   */
  async *results(options: AwaitOptions = {}): AsyncGenerator<ElementOf<T>, void, undefined> {
    const future = await this.succeeded(options);
    if (future.paged) {
      for await (const value of streamList(this.#api, this.id, options.signal)) {
        yield this.element(value);
      }
    } else {
      yield* (await this.decode(future)) as Iterable<ElementOf<T>>;
    }
  }

  /** An element of `result()`, of a member's value or the error in its place. */
  protected element(value: unknown): ElementOf<T> {
    return value as ElementOf<T>;
  }
}
