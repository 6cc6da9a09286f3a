/**
 * What a task can await, as its author sees it.
 */
import type { RetryOptions } from "../../core/retry.ts";
import type { Task } from "../task.ts";
import type { CompletedMember } from "./completed.ts";
import type { CoroutineFuture, CoroutinePromise } from "./future.ts";
import type { TaskGroup } from "./group.ts";

/** A member of an aggregate: a future of this task's, or the id of any. */
export type Member<T = unknown> = CoroutineFuture<T> | string;

/** What a member's result is. */
export type ResultOf<M> = M extends CoroutineFuture<infer T> ? T : unknown;

/** The members' results, in argument order. */
export type Results<M extends readonly unknown[]> = { -readonly [K in keyof M]: ResultOf<M[K]> };

/** The members' results, in argument order; an error where a member failed or was cancelled. */
export type ResultsOrErrors<M extends readonly unknown[]> = {
  -readonly [K in keyof M]: ResultOf<M[K]> | Error;
};

export interface SubmitOptions {
  /** An integer; the lower, the more urgent. @default this task's */
  priority?: number;
  /** Seconds before it may begin, up to 31,536,000 (a year). @default 0 */
  delaySeconds?: number;
  /** Seconds that one attempt may take. @default the task's */
  timeoutSeconds?: number;
  /** How attempts are repeated. @default the task's */
  retry?: RetryOptions;
}

/** A step as its function is told of it. */
export interface StepContext {
  /** The same whenever the step is run again: an idempotency key. */
  readonly id: string;
  /** Aborted when cancellation is requested or the attempt's time is over. */
  readonly signal: AbortSignal;
}

export interface StepOptions {
  /**
   * Run it once or not at all: if a process dies in it, it is not run again but fails with a
   * StepInterruptedError. Costs one write more. @default false: it may be run again after a crash
   */
  atMostOnce?: boolean;
}

export interface Timed {
  /** Seconds, up to 31,536,000 (a year). */
  timeoutSeconds?: number;
}

/**
 * What makes a task a coroutine: calls that make futures, and can be awaited without holding a slot.
 * After a crash, and after each wait, the handler runs again from its beginning; calls that it made
 * before give the same futures, and what it awaited gives the same outcomes in the same order. So
 * between them it must do the same whenever it runs: what it does to the world, asks of the world or
 * draws by chance belongs into tasks and steps.
 */
export interface Calls {
  /**
   * Submits a task. It runs on if nobody awaits it.
   * @throws TypeError if the worker has no such task, or the input does not fit it
   * @example
   * const text = await ctx.submit(fetchPage, { url });
   */
  submit<I, O>(task: Task<I, O>, input: I, options?: SubmitOptions): CoroutineFuture<O>;
  submit<O = unknown>(task: string, input: unknown, options?: SubmitOptions): CoroutineFuture<O>;

  /**
   * The results of all, in argument order, as `asyncio.gather`: the first to fail or be cancelled has
   * it fail and leaves the others running, unless `returnExceptions` has errors stand in the list.
   */
  gather<const M extends readonly Member[]>(
    members: M,
    options: { returnExceptions: true },
  ): CoroutineFuture<ResultsOrErrors<M>>;
  gather<const M extends readonly Member[]>(
    members: M,
    options?: { returnExceptions?: false },
  ): CoroutineFuture<Results<M>>;

  /** Those that are done and those that are pending, as `asyncio.wait`: it never fails or cancels. */
  wait<F extends CoroutineFuture>(
    members: readonly F[],
    options?: Timed & {
      /** @default "ALL_COMPLETED" */
      returnWhen?: "ALL_COMPLETED" | "FIRST_COMPLETED" | "FIRST_EXCEPTION";
    },
  ): CoroutineFuture<{ done: F[]; pending: F[] }>;

  /** As `asyncio.wait_for`: when the time is over the member is cancelled, and a TimeoutError thrown. */
  waitFor<M extends Member>(member: M, options: Timed): CoroutineFuture<ResultOf<M>>;

  /** As `asyncio.shield`: a cancellation does not reach the member. */
  shield<M extends Member>(member: M): CoroutineFuture<ResultOf<M>>;

  /** As `Promise.any`: the first success. */
  any<M extends Member>(members: readonly M[]): CoroutineFuture<ResultOf<M>>;

  /**
   * The members as they settle, as `asyncio.as_completed`; up to 1,000.
   * @example
   * for await (const member of ctx.asCompleted(pages)) seen.push(await member.result());
   */
  asCompleted<F extends CoroutineFuture>(
    members: readonly F[],
    options?: Timed,
  ): AsyncIterable<CompletedMember<F>>;

  /**
   * Tasks that belong together, as `asyncio.TaskGroup`: it ends when the body and all tasks have
   * ended. If the body throws or a task fails, the others are cancelled, and so is what the body
   * awaits; an ExceptionGroup is thrown once all have ended.
   * @example
   * const [a, b] = await ctx.taskGroup(async (group) => [
   *   group.submit(resize, first),
   *   group.submit(resize, second),
   * ]);
   */
  taskGroup<T>(body: (group: TaskGroup) => T | Promise<T>): Promise<T>;

  /** As `asyncio.sleep`: gives the result after so many seconds. */
  sleep<T = null>(seconds: number, result?: T): CoroutineFuture<T>;

  /** A future that someone else settles, as `loop.create_future()`. */
  promise<T = unknown>(options?: Timed): CoroutinePromise<T>;

  /** A promise with a one-time token that settles it without any other right (docs/security.md). */
  approval<T = unknown>(options?: Timed): Promise<{ promise: CoroutinePromise<T>; token: string }>;

  /** Any future, by its id. */
  future<T = unknown>(id: string): CoroutineFuture<T>;

  /** A promise that was made elsewhere, by its id. */
  promiseOf<T = unknown>(id: string): CoroutinePromise<T>;

  /**
   * Does something to the world, and records its result: whenever the handler runs again, the step
   * gives what was recorded. A crash between effect and record repeats the effect.
   * @param run its result must have a JSON form
   * @example
   * const receipt = await ctx.step("charge", ({ id }) => payments.charge(card, { idempotencyKey: id }));
   */
  step<T>(
    name: string,
    run: (step: StepContext) => T | Promise<T>,
    options?: StepOptions,
  ): Promise<T>;

  /** Milliseconds since the epoch, as of what was delivered last: the same in every replay. */
  now(): number;
  /** Uniform in [0, 1): the same in every replay. Not for secrets: it follows from the task's id. */
  random(): number;
  /** A UUID: the same in every replay. Not for secrets. */
  uuid(): string;

  /**
   * For code that changes while tasks are suspended: tasks that had passed this place before get 0,
   * all others the version.
   * @param version from 1
   * @example
   * if (ctx.version("mail-after-shipping", 1) === 0) await ctx.submit(mail, order);
   */
  version(name: string, version: number): number;

  /**
   * Goes on as if the task had just been submitted with this input, with an empty journal: how a loop
   * without end stays small. What runs on its account runs on. Nothing after it is reached.
   */
  continueAs(input: unknown): Promise<never>;
}
