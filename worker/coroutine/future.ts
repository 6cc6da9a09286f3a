/**
 * A future as a coroutine holds it.
 */
import type { AwaitKey } from "../../core/journal.ts";

/** What a future needs of the coroutine that holds it. */
export interface Holder {
  /** Resolves with its result, or rejects, when that is delivered. */
  await(key: AwaitKey): Promise<unknown>;
  operate(name: string, id: string, argument: unknown): Promise<unknown>;
}

// biome-ignore lint/suspicious/noExplicitAny: what is thrown may be anything, as TypeScript's Promise has it
type Reason = any;

/**
 * A future that `await` waits for without holding a slot: the task is suspended until it settles.
 * It works wherever a promise does: `Promise.all`, `Promise.race`, `.then`. Awaiting it again gives
 * the same outcome.
 *
 * @typeParam T what it results in
 * @example
 * const page = ctx.submit(fetchPage, { url });
 * const text = await page;
 */
export class CoroutineFuture<T = unknown> implements PromiseLike<T> {
  /** Its id: in `GET /futures/{id}`, the SDK and other tasks' `ctx.future(id)`. */
  readonly id: string;
  readonly #key: AwaitKey;
  readonly #holder: Holder;
  readonly #decode: (value: unknown) => T;

  /**
   * Futures come from the methods of `ctx`.
   * @param decode makes what `await` gives of the result as it is stored
   */
  constructor(
    holder: Holder,
    id: string,
    key: AwaitKey,
    decode: (value: unknown) => T = (value) => value as T,
  ) {
    this.#holder = holder;
    this.id = id;
    this.#key = key;
    this.#decode = decode;
  }

  // biome-ignore lint/suspicious/noThenProperty: to be awaited is what it is for
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: Reason) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#holder.await(this.#key).then(this.#decode).then(onResult, onError);
  }

  catch<B = never>(onError?: ((error: Reason) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.then(undefined, onError);
  }

  finally(onEnd?: (() => void) | null): Promise<T> {
    return this.then().finally(onEnd);
  }

  /**
   * Asks for its cancellation, as asyncio's `cancel()`.
   * @returns false if it had settled already
   */
  cancel(): Promise<boolean> {
    return this.#holder.operate("cancel", this.id, null) as Promise<boolean>;
  }

  /** Moves it to another priority: a task, or all that an aggregate's members have pending. */
  async move(priority: number): Promise<void> {
    await this.#holder.operate("move", this.id, priority);
  }
}

/** A promise: it settles when someone settles it, be it by the API, the SDK or another task. */
export class CoroutinePromise<T = unknown> extends CoroutineFuture<T> {
  readonly #holder: Holder;

  constructor(holder: Holder, id: string, key: AwaitKey) {
    super(holder, id, key);
    this.#holder = holder;
  }

  /**
   * Settles it with a result, as `Future.set_result`.
   * @throws RemoteError named InvalidStateError if it has settled otherwise
   */
  async settle(result: T): Promise<void> {
    await this.#holder.operate("settle", this.id, result);
  }

  /** Settles it with an error, as `Future.set_exception`. @throws as `settle` */
  async reject(error: Error): Promise<void> {
    const { name, message } = error;
    await this.#holder.operate("reject", this.id, { name, message });
  }
}
