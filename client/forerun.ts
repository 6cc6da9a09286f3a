/**
 * The client of a deployment.
 */
import { v7 as newId } from "uuid";
import type { Future } from "../core/wire.ts";
import { type AggregateFields, makeAggregate } from "./aggregates.ts";
import { Api } from "./api.ts";
import { FutureHandle, type Submission, submission } from "./handle.ts";
import {
  AllSettledHandle,
  AsCompletedHandle,
  type Awaitable,
  type DoneAndPending,
  type FirstOptions,
  GatherHandle,
  type GatherOptions,
  type Handles,
  type Member,
  type ResultOf,
  type Results,
  type ResultsOrErrors,
  type TimedOptions,
  WaitHandle,
  type WaitOptions,
} from "./members.ts";
import { type ForerunOptions, resolveOptions } from "./options.ts";
import { PromiseHandle } from "./promiseHandle.ts";
import { submitMany, submitOne } from "./submit.ts";
import type { SubmitOptions, TaskCall, TaskDefinition } from "./task.ts";
import { Transport } from "./transport.ts";

export interface PromiseOptions {
  /** Seconds after which it fails with a TimeoutError. @default no limit */
  timeoutSeconds?: number | undefined;
  /** The promise's id. @default a new UUIDv7 */
  id?: string | undefined;
}

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
export class Forerun {
  readonly #api: Api;

  /** @throws ForerunError if no endpoint is given, nor in FORERUN_URL */
  constructor(options: ForerunOptions = {}) {
    this.#api = new Api(new Transport(resolveOptions(options)));
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
   * One future for many, as `asyncio.gather`: its result lists theirs in argument order. The first
   * to fail or be cancelled settles it with that error and leaves the others running, unless
   * `returnExceptions` has errors stand in the list. Cancelling it cancels its members.
   *
   * Members are handles, submissions, ids, or tasks yet to be submitted (`task(…)`); if all are the
   * last, everything goes in one request and costs least. Up to 1,000 members.
   *
   * @throws as `submit`; NotFoundError if a member does not exist
   * @example
   * const [a, b] = await forerun.gather([task(resize, first), task(resize, second)]).result();
   */
  gather<const M extends readonly Member[]>(
    members: M,
    options: GatherOptions & { returnExceptions: true },
  ): Submission<ResultsOrErrors<M>, GatherHandle<ResultsOrErrors<M>, Handles<M>>>;
  gather<const M extends readonly Member[]>(
    members: M,
    options?: GatherOptions & { returnExceptions?: false | undefined },
  ): Submission<Results<M>, GatherHandle<Results<M>, Handles<M>>>;
  gather<M extends readonly Member[]>(
    ...members: M
  ): Submission<Results<M>, GatherHandle<Results<M>, Handles<M>>>;
  gather(...given: unknown[]): Submission<unknown> {
    const [first, options] = Array.isArray(given[0]) ? given : [given];
    const { returnExceptions = false, id } = (options ?? {}) as GatherOptions;
    return this.#gathering(first as Member[], { policy: "gather", returnExceptions, id });
  }

  /**
   * A future that settles when some or all of the given have, as `asyncio.wait`. It never fails on
   * their account and cancels none. Its result holds the handles that were given.
   *
   * @throws NotFoundError if a member does not exist
   * @example
   * const { done, pending } = await forerun.wait(handles, { returnWhen: "FIRST_COMPLETED" }).result();
   */
  wait<const M extends readonly Awaitable[]>(
    members: M,
    options: WaitOptions = {},
  ): Submission<DoneAndPending<ResultOf<M[number]>>, WaitHandle<ResultOf<M[number]>>> {
    type Result = ResultOf<M[number]>;
    const made = makeAggregate(this.#api, members, { policy: "wait", ...options });
    return submission(
      made.then(
        (it) =>
          new WaitHandle<Result>(this.#api, it.id, it.members as FutureHandle<Result>[], it.known),
      ),
    );
  }

  /**
   * The member's outcome, as `asyncio.wait_for`: when the time is over it cancels the member, waits
   * until that has ended, and fails with a TimeoutError, unless the member declined.
   * @example
   * await forerun.waitFor(task("fetch", { url }), { timeoutSeconds: 30 }).result();
   */
  waitFor<M extends Member>(member: M, options: TimedOptions = {}): Submission<ResultOf<M>> {
    return this.#gathering([member], { policy: "waitFor", ...options });
  }

  /**
   * Outcomes in the order in which they come, as `asyncio.as_completed`: `result()` lists them, and
   * the handle is an async iterable of the members as they settle.
   * @example
   * for await (const member of await forerun.asCompleted(handles)) console.log(await member.result());
   */
  asCompleted<const M extends readonly Member[]>(
    members: M,
    options: TimedOptions = {},
  ): Submission<(ResultOf<M[number]> | Error)[], AsCompletedHandle<ResultOf<M[number]>>> {
    type Result = ResultOf<M[number]>;
    const made = makeAggregate(this.#api, members, { policy: "asCompleted", ...options });
    return submission(
      made.then(
        (it) =>
          new AsCompletedHandle<Result>(
            this.#api,
            it.id,
            it.members as FutureHandle<Result>[],
            it.known,
          ),
      ),
    );
  }

  /**
   * A future with the member's outcome whose cancellation does not reach the member, as
   * `asyncio.shield`.
   */
  shield<M extends Member>(member: M, options: { id?: string } = {}): Submission<ResultOf<M>> {
    return this.#gathering([member], { policy: "shield", ...options });
  }

  /**
   * Tasks that belong together, as `asyncio.TaskGroup`: when one fails the others are cancelled;
   * once all have ended it fails with an ExceptionGroup, whose `errors` are theirs.
   * @example
   * const [user, orders] = await forerun.taskGroup([task("user", id), task("orders", id)]).result();
   */
  taskGroup<const M extends readonly Member[]>(
    members: M,
    options: { id?: string } = {},
  ): Submission<ResultsOrErrors<M>, GatherHandle<ResultsOrErrors<M>, Handles<M>>> {
    return this.#gathering(members, { policy: "taskGroup", ...options });
  }

  /** As `Promise.all`: another name for `gather`. */
  all<const M extends readonly Member[]>(
    members: M,
    options: { id?: string } = {},
  ): Submission<Results<M>, GatherHandle<Results<M>, Handles<M>>> {
    return this.#gathering(members, { policy: "gather", returnExceptions: false, ...options });
  }

  /** As `Promise.allSettled`: never fails on its members' account. */
  allSettled<const M extends readonly Member[]>(
    members: M,
    options: { id?: string } = {},
  ): Submission<
    PromiseSettledResult<ResultOf<M[number]>>[],
    AllSettledHandle<ResultOf<M[number]>, Handles<M>>
  > {
    const fields = { policy: "gather", returnExceptions: true, ...options };
    return submission(
      makeAggregate(this.#api, members, fields).then(
        (it) =>
          new AllSettledHandle<ResultOf<M[number]>, Handles<M>>(
            this.#api,
            it.id,
            it.members as unknown as Handles<M>,
            it.known,
          ),
      ),
    );
  }

  /** As `Promise.any`: the first success, or an AggregateError if none can come. */
  any<const M extends readonly Member[]>(
    members: M,
    options: FirstOptions = {},
  ): Submission<ResultOf<M[number]>> {
    return this.#gathering(members, { policy: "any", ...options });
  }

  /** As `Promise.race`: the outcome of the first member that settles. */
  race<const M extends readonly Member[]>(
    members: M,
    options: FirstOptions = {},
  ): Submission<ResultOf<M[number]>> {
    return this.#gathering(members, { policy: "race", ...options });
  }

  /**
   * The first `count` results that come, in that order; an AggregateError once too few can.
   * @example
   * const quorum = await forerun.some(2, replicas, { cancelRest: true }).result();
   */
  some<const M extends readonly Member[]>(
    count: number,
    members: M,
    options: FirstOptions = {},
  ): Submission<ResultOf<M[number]>[]> {
    return this.#gathering(members, { policy: "some", count, ...options });
  }

  /** An aggregate whose handle has its members; types are the caller's. */
  #gathering<T, H>(
    members: readonly Member[],
    fields: AggregateFields,
  ): Submission<T, GatherHandle<T, H>> {
    const made = makeAggregate(this.#api, members, fields);
    return submission(
      made.then(
        (it) => new GatherHandle<T, H>(this.#api, it.id, it.members as unknown as H, it.known),
      ),
    );
  }

  /**
   * Makes a future that is settled from outside, as `loop.create_future()`.
   * @example
   * const approval = await forerun.promise<boolean>();
   * await approval.settle(true);
   */
  promise<T = unknown>({
    id = newId(),
    ...options
  }: PromiseOptions = {}): Submission<T, PromiseHandle<T>> {
    const accepted = this.#api.post<Future>("/promises", { id, ...options });
    return submission(accepted.then((known) => new PromiseHandle<T>(this.#api, id, known)));
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
