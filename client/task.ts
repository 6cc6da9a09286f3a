/**
 * Which task to run, with what.
 */
import type { RetryOptions } from "../core/retry.ts";

/**
 * What the SDK needs of a task's definition: its name and, as types only, its input and output.
 * What `defineTask` returns is one. Where that module must not be loaded (in a browser, say), a
 * plain object does as well.
 *
 * @example
 * const resize: TaskDefinition<{ key: string; width: number }, string> = { name: "resize" };
 */
export interface TaskDefinition<I = unknown, O = unknown> {
  readonly name: string;
  /** Carries the types of input and output; no value stands here. */
  readonly $types?: { input: I; output: O };
}

/** How a task is run. */
export interface SubmitOptions {
  /** An integer; the lower, the more urgent. @default 5 */
  priority?: number | undefined;
  /**
   * The future's id: 1 to 128 of A-Z a-z 0-9 _ -. Submitting the same again under the same id gives
   * the same future, so it makes a submission idempotent across processes. @default a new UUIDv7
   */
  id?: string | undefined;
  /** Tenants share a band fairly among them. */
  tenant?: string | undefined;
  /** Seconds before which it does not start. @default 0 */
  delaySeconds?: number | undefined;
  /** Seconds that each attempt may take. @default what its definition says */
  timeoutSeconds?: number | undefined;
  /** How attempts that fail are repeated. @default what its definition says */
  retry?: RetryOptions | undefined;
}

/** A task that is yet to be submitted, as asyncio's coroutine object: `task()` makes one. */
export interface TaskCall<O = unknown> extends SubmitOptions {
  readonly task: string | TaskDefinition<unknown, O>;
  readonly input?: unknown;
}

/**
 * Describes a run of a task without submitting it, for `gather` and `submitBatch`, which submit
 * many in one request.
 *
 * @example
 * const pages = await forerun.gather([task("fetch", { url: a }), task("fetch", { url: b })]).result();
 */
export function task<I, O>(
  definition: TaskDefinition<I, O>,
  input: NoInfer<I>,
  options?: SubmitOptions,
): TaskCall<O>;
export function task<O = unknown>(
  name: string,
  input?: unknown,
  options?: SubmitOptions,
): TaskCall<O>;
export function task<O>(
  which: string | TaskDefinition<unknown, O>,
  input?: unknown,
  options: SubmitOptions = {},
): TaskCall<O> {
  return { ...options, task: which, input };
}

/** The body that submits it. */
export function taskBody({ task: which, ...rest }: TaskCall): Record<string, unknown> {
  return { task: typeof which === "string" ? which : which.name, ...rest };
}
