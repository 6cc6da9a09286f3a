/**
 * Handles: futures as a program holds them. The future itself lives in the deployment.
 */
import { type State, TERMINAL } from "../core/future.ts";
import type { Future, TreeNode } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { TimeoutError } from "./errors.ts";
import { errorOf } from "./outcome.ts";
import { readResult } from "./paged.ts";
import { toldOf } from "./told.ts";
import { type AwaitOptions, within } from "./within.ts";

/**
 * A future of this deployment, of whichever kind. The methods are asyncio.Future's, except that
 * `result()` and `exception()` wait until it has settled. A handle costs nothing to hold or drop,
 * and any number of them may be awaited at once: they share a few requests.
 *
 * @example
 * const handle = await forerun.submit("echo", { value: 1 });
 * console.log(handle.id, await handle.result({ timeoutSeconds: 60 }));
 */
export class FutureHandle<T = unknown> {
  readonly id: string;
  readonly #api: Api;
  /** Once it has settled, it never changes. */
  #settled: Future | undefined;

  /** Handles come from a `Forerun`; see `forerun.future(id)`. */
  constructor(api: Api, id: string, known?: Future) {
    this.#api = api;
    this.id = id;
    if (known) this.#keep(known);
  }

  /**
   * The result, once it has settled. That of a large aggregate comes in several requests, and is
   * not kept: asking again reads it again.
   * @throws RemoteError, CancelledError or TimeoutError, as the future ended; a TimeoutError
   * when `timeoutSeconds` are over; NotFoundError; ConnectionError
   */
  result(options: AwaitOptions = {}): Promise<T> {
    return this.#within(options, async (signal) => {
      return this.decode(succeeded(await this.#wait(signal)), signal);
    });
  }

  /**
   * The error that it failed with, once it has settled; undefined if it succeeded.
   * @throws CancelledError if it was cancelled, as in asyncio
   */
  async exception(options: AwaitOptions = {}): Promise<Error | undefined> {
    const future = await this.#within(options, (signal) => this.#wait(signal));
    const error = errorOf(future);
    if (error && future.state === "cancelled") throw error;
    return error;
  }

  /** Whether it has settled: succeeded, failed or cancelled. */
  async done(): Promise<boolean> {
    return TERMINAL.includes(await this.state());
  }

  /** Whether it was cancelled. */
  async cancelled(): Promise<boolean> {
    return (await this.state()) === "cancelled";
  }

  async state(): Promise<State> {
    return (this.#settled ?? toldOf(this) ?? (await this.get())).state;
  }

  /** All that is known of it: state, times, attempts, outcome. */
  async get(): Promise<Future> {
    return this.#settled ?? this.#keep(await this.#api.get(this.id));
  }

  /**
   * What it has made, and what that has made, with states and times: of a coroutine its calls, of a
   * gather of tasks its members. At most 1,000 futures, the upper levels first.
   */
  tree(): Promise<TreeNode> {
    return this.#api.tree(this.id);
  }

  /**
   * Asks for its cancellation, as asyncio's `cancel()`: what is pending is cancelled at once, a
   * running task is told by its `ctx.signal` and may decline, a gather passes it on to its members.
   * @returns false if it had settled already
   */
  async cancel(): Promise<boolean> {
    type Body = { cancelled: boolean };
    const { value, attempts } = await this.#api.act<Body>(this.id, "cancel", {});
    if (value.cancelled || attempts === 1) return value.cancelled;
    // "No" to a repeat may come of the first request, whose answer was lost.
    const { error } = await this.get();
    return error?.name === "CancelledError";
  }

  /** Moves a pending task to another priority, and so perhaps to another band. */
  async move(priority: number): Promise<Future> {
    return (await this.#api.act<Future>(this.id, "priority", { priority })).value;
  }

  /** The future, once it has succeeded; throws as `result()`. */
  protected async succeeded(options: AwaitOptions): Promise<Future> {
    return succeeded(await this.#within(options, (signal) => this.#wait(signal)));
  }

  /** What `result()` gives of a future that has succeeded. */
  protected async decode(future: Future, signal?: AbortSignal): Promise<T> {
    return (await readResult(this.#api, future, signal)) as T;
  }

  #keep(future: Future): Future {
    if (TERMINAL.includes(future.state)) this.#settled = future;
    return future;
  }

  async #wait(signal?: AbortSignal): Promise<Future> {
    if (this.#settled) return this.#settled;
    toldOf(this)?.fetch();
    return this.#keep(await this.#api.watcher.settled(this.id, signal));
  }

  #within<R>(
    options: AwaitOptions,
    run: (signal: AbortSignal | undefined) => Promise<R>,
  ): Promise<R> {
    const late = (seconds: number) => {
      const message = this.#settled
        ? `The result of ${this.id} could not be read within ${seconds} s.`
        : `The future ${this.id} has not settled within ${seconds} s; it goes on.`;
      return new TimeoutError(message, { futureId: this.id });
    };
    return within(options, late, run);
  }
}

function succeeded(future: Future): Future {
  const error = errorOf(future);
  if (error) throw error;
  return future;
}
