/**
 * Tasks as their authors write them.
 */
import type { z } from "zod";
import { ConfigurationError } from "../core/errors.ts";
import type { RetryOptions } from "../core/retry.ts";
import type { Context } from "./context.ts";

/** Options of a task; all are optional. */
export interface TaskOptions<I> {
  /**
   * What the input must be. The API refuses what does not fit, by the JSON Schema made from it;
   * the handler gets what the schema parses. @default any JSON
   */
  input?: z.ZodType<I>;
  /** How attempts that fail are repeated. @default 3 attempts, backoff from 1 s with full jitter */
  retry?: RetryOptions;
  /**
   * Seconds that one attempt may take, up to 825: a Lambda function ends after 900, and a worker
   * may begin a task up to a minute after its start. @default 60
   */
  timeoutSeconds?: number;
  /**
   * Seconds within which a running attempt sees that its cancellation was requested, 0.05 to 900;
   * each look costs half a read unit. @default the deployment's `cancelSeconds`, 2
   */
  cancelSeconds?: number;
  /**
   * The worker pool that runs it: a function with memory, role, network and slots of its own, which
   * the construct's property `pools` describes. @default the default pool
   */
  pool?: string;
  /**
   * Publish an EventBridge event (source `forerun`, detail type `Future settled`) when a future of
   * this task has settled; at least once, so consumers go by `detail.id`. @default false
   */
  event?: boolean;
}

export type Handler<I, O> = (input: I, ctx: Context) => O | Promise<O>;

/** A task's definition: give it to `createWorker` and, for its types, to the client's `submit`. */
export interface Task<I = unknown, O = unknown> {
  readonly name: string;
  readonly input?: z.ZodType<I>;
  readonly retry?: RetryOptions;
  /** Seconds. */
  readonly timeoutSeconds: number;
  /** Seconds. */
  readonly cancelSeconds?: number;
  readonly pool?: string;
  readonly event?: boolean;
  readonly handler: Handler<I, O>;
  /** Carries the types of input and output; no value stands here. */
  readonly $types?: { input: I; output: O };
}

export const DEFAULT_TIMEOUT_SECONDS = 60;
/** A Lambda function's 900 s less the minute in which it may begin, and 15 s to finish. */
export const MAX_TIMEOUT_SECONDS = 825;

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/**
 * Defines a task. The handler may run more than once (after a crash or an error), so what it does
 * to the world should bear repeating.
 *
 * @throws ConfigurationError that names the task and the option
 * @example
 * export const resize = defineTask(
 *   "resize",
 *   { input: z.object({ key: z.string(), width: z.int().positive() }), timeoutSeconds: 120 },
 *   async ({ key, width }, ctx) => {
 *     ctx.logger.info("resizing", { key });
 *     return await resizeImage(key, width, { signal: ctx.signal });
 *   },
 * );
 */
export function defineTask<I = unknown, O = unknown>(
  name: string,
  options: TaskOptions<I>,
  handler: Handler<I, O>,
): Task<I, O> {
  if (!NAME.test(name)) {
    throw new ConfigurationError(
      `The task name "${name}" is not valid: use 1 to 64 of A-Z a-z 0-9 _ . -, a letter or digit first.`,
    );
  }
  const {
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
    cancelSeconds,
    input,
    retry,
    pool,
    event,
  } = options;
  if (!(timeoutSeconds > 0 && timeoutSeconds <= MAX_TIMEOUT_SECONDS)) {
    throw new ConfigurationError(
      `Task ${name}: timeoutSeconds is ${timeoutSeconds}; use more than 0 and at most ${MAX_TIMEOUT_SECONDS}.`,
    );
  }
  if (cancelSeconds !== undefined && !(cancelSeconds >= 0.05 && cancelSeconds <= 900)) {
    throw new ConfigurationError(
      `Task ${name}: cancelSeconds is ${cancelSeconds}; use 0.05 to 900.`,
    );
  }
  const attempts = retry?.maxAttempts;
  if (attempts !== undefined && !(Number.isInteger(attempts) && attempts >= 1 && attempts <= 100)) {
    throw new ConfigurationError(`Task ${name}: retry.maxAttempts is ${attempts}; use 1 to 100.`);
  }
  return {
    name,
    timeoutSeconds,
    handler,
    ...(input ? { input } : {}),
    ...(retry ? { retry } : {}),
    ...(cancelSeconds === undefined ? {} : { cancelSeconds }),
    ...(pool === undefined ? {} : { pool }),
    ...(event ? { event } : {}),
  };
}
