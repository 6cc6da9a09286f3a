/**
 * Handles: futures as a program holds them. The future itself lives in the deployment.
 */
import { type State, TERMINAL } from "../core/future.ts";
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { TimeoutError } from "./errors.ts";
import { errorOf, resultOf } from "./outcome.ts";

/** Longer timers (25 days) overflow, and fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** For how long to await. */
export interface AwaitOptions {
  /**
   * Seconds after which to stop awaiting, with a TimeoutError. The future itself goes on:
   * `cancel()` would stop it. @default no limit
   */
  timeoutSeconds?: number | undefined;
  /** Aborting it stops the awaiting, with the signal's reason. */
  signal?: AbortSignal | undefined;
}

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
   * The result, once it has settled.
   * @throws RemoteError, CancelledError or TimeoutError, as the future ended; a TimeoutError
   * when `timeoutSeconds` are over; NotFoundError; ConnectionError
   */
  async result(options: AwaitOptions = {}): Promise<T> {
    const future = await this.#wait(options);
    const error = errorOf(future);
    if (error) throw error;
    return this.decode(future);
  }

  /**
   * The error that it failed with, once it has settled; undefined if it succeeded.
   * @throws CancelledError if it was cancelled, as in asyncio
   */
  async exception(options: AwaitOptions = {}): Promise<Error | undefined> {
    const future = await this.#wait(options);
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
    return (await this.get()).state;
  }

  /** All that is known of it: state, times, attempts, outcome. */
  async get(): Promise<Future> {
    return this.#settled ?? this.#keep(await this.#api.get(this.id));
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

  /** What `result()` gives of a future that has succeeded. */
  protected decode(future: Future): T {
    return resultOf(future) as T;
  }

  #keep(future: Future): Future {
    if (TERMINAL.includes(future.state)) this.#settled = future;
    return future;
  }

  async #wait({ timeoutSeconds, signal }: AwaitOptions): Promise<Future> {
    signal?.throwIfAborted();
    if (this.#settled) return this.#settled;
    if (timeoutSeconds === undefined) {
      return this.#keep(await this.#api.watcher.settled(this.id, signal));
    }
    const time = new AbortController();
    const message = `The future ${this.id} has not settled within ${timeoutSeconds} s; it goes on.`;
    const timer = setTimeout(
      () => time.abort(new TimeoutError(message, { futureId: this.id })),
      Math.min(timeoutSeconds * 1000, MAX_TIMER_MS),
    );
    try {
      const either = signal ? AbortSignal.any([signal, time.signal]) : time.signal;
      return this.#keep(await this.#api.watcher.settled(this.id, either));
    } finally {
      clearTimeout(timer);
    }
  }
}

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
