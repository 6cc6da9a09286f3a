/**
 * The client of a deployment.
 */
import { v7 as newId } from "uuid";
import type { Future } from "../core/wire.ts";
import { Api } from "./api.ts";
import { newToken, tokenHash } from "./approval.ts";
import { Bands } from "./bands.ts";
import { FutureHandle } from "./handle.ts";
import type { Handles } from "./members.ts";
import { type ForerunOptions, resolveOptions } from "./options.ts";
import { PromiseAggregates } from "./promiseAggregates.ts";
import { PromiseHandle } from "./promiseHandle.ts";
import { type Submission, submission } from "./submission.ts";
import { submitMany, submitOne } from "./submit.ts";
import type { SubmitOptions, TaskCall, TaskDefinition } from "./task.ts";
import { Transport } from "./transport.ts";

export interface PromiseOptions {
  /** Seconds after which it fails with a TimeoutError. @default no limit */
  timeoutSeconds?: number | undefined;
  /** The promise's id. @default a new UUIDv7 */
  id?: string | undefined;
  /**
   * Make a one-time token, `handle.token`, by which somebody without any right settles it
   * (`settleByToken`). It is known to this program only, and found again nowhere.
   * @default false
   */
  token?: boolean | undefined;
}

/** A promise that was made with a token. */
export type TokenPromiseHandle<T = unknown> = PromiseHandle<T> & { readonly token: string };

/**
 * The client of a deployment: submits tasks and awaits futures. It holds no state but the awaits
 * that are under way, and needs no closing.
 *
 * What makes a future returns a `Submission`: await it for the handle, once the deployment has
 * accepted it, or call its `result()` to await that as well.
 *
 * @example
 * const forerun = new Forerun({ endpoint: "https://….execute-api.eu-west-1.amazonaws.com" });
 * const handle = await forerun.submit("echo", { value: 1 }, { priority: 1 });
 * console.log(await handle.result());
 */
export class Forerun extends PromiseAggregates {
  readonly #api: Api;
  /** The bands: what waits in each, to pause and to resume. */
  readonly bands: Bands;

  /** @throws ForerunError if no endpoint is given, nor in FORERUN_URL */
  constructor(options: ForerunOptions = {}) {
    const transport = new Transport(resolveOptions(options));
    const api = new Api(transport);
    super(api);
    this.#api = api;
    this.bands = new Bands(transport);
  }

  /**
   * Submits a task, as `asyncio.create_task`. Once accepted it runs to its end, whatever becomes of
   * this program. A definition gives the types of input and result; a name leaves them open.
   *
   * @throws BadRequestError that names each wrong field; then nothing was stored
   * @throws ConflictError if the id is taken by another request
   * @throws ConnectionError
   * @example
   * const thumbnail = await forerun.submit(resize, { key, width: 200 }, { priority: 1 });
   */
  submit<I, O>(
    task: TaskDefinition<I, O>,
    input: NoInfer<I>,
    options?: SubmitOptions,
  ): Submission<O>;
  submit<R = unknown>(task: string, input?: unknown, options?: SubmitOptions): Submission<R>;
  submit<R>(
    task: string | TaskDefinition<unknown, R>,
    input?: unknown,
    options: SubmitOptions = {},
  ): Submission<R> {
    return submission(submitOne<R>(this.#api, { ...options, task, input }));
  }

  /**
   * Submits any number of tasks, a thousand in a request. Each request is accepted or refused as a
   * whole; of several, those before a refused one may have been accepted.
   *
   * @returns their handles, in the same order
   * @throws as `submit`; fields are named as in `tasks[3].input.width`
   * @example
   * const handles = await forerun.submitBatch(keys.map((key) => task(resize, { key, width: 200 })));
   */
  submitBatch<const C extends readonly TaskCall[]>(calls: C): Promise<Handles<C>> {
    return submitMany(this.#api, calls) as Promise<Handles<C>>;
  }

  /**
   * Makes a future that is settled from outside, as `loop.create_future()`.
   * @example
   * const approval = await forerun.promise<boolean>();
   * await approval.settle(true);
   */
  promise<T = unknown>(
    options: PromiseOptions & { token: true },
  ): Submission<T, TokenPromiseHandle<T>>;
  promise<T = unknown>(options?: PromiseOptions): Submission<T, PromiseHandle<T>>;
  promise<T>(options: PromiseOptions = {}): Submission<T, PromiseHandle<T>> {
    return submission(this.#promise<T>(options));
  }

  async #promise<T>(options: PromiseOptions): Promise<PromiseHandle<T>> {
    const { id = newId(), token: wanted, ...rest } = options;
    const token = wanted ? newToken() : undefined;
    const hash = token === undefined ? {} : { tokenHash: await tokenHash(token) };
    const known = await this.#api.post<Future>("/promises", { id, ...rest, ...hash });
    return new PromiseHandle<T>(this.#api, id, known, token);
  }

  /** Makes a future that succeeds with `result` after so many seconds, without a worker. */
  timer<T = null>(seconds: number, result?: T, options: { id?: string } = {}): Submission<T> {
    const { id = newId() } = options;
    const accepted = this.#api.post<Future>("/timers", { id, delaySeconds: seconds, result });
    return submission(accepted.then((known) => new FutureHandle<T>(this.#api, id, known)));
  }

  /** Awaits a timer, as `asyncio.sleep`. */
  sleep<T = null>(seconds: number, result?: T): Promise<T> {
    return this.timer(seconds, result).result();
  }

  /** A handle of a future that exists. No request is made: a wrong id is found out when it is used. */
  future<T = unknown>(id: string): FutureHandle<T> {
    return new FutureHandle<T>(this.#api, id);
  }

  /** A handle of a promise that exists, to settle it from elsewhere. */
  promiseOf<T = unknown>(id: string): PromiseHandle<T> {
    return new PromiseHandle<T>(this.#api, id);
  }
}
