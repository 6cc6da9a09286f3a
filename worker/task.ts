/**
 * Tasks as their authors write them.
 */
import type { $ZodIssue, $ZodType } from "zod/v4/core";
import { ConfigurationError } from "../core/errors.ts";
import type { RetryOptions } from "../core/retry.ts";
import { DEFAULT_TIMEOUT_SECONDS, type TaskFlaw, taskFlaw } from "../core/taskLimits.ts";
import type { Context } from "./context.ts";

/**
 * What describes an input: a schema of zod, or of zod/mini, which takes less of a cold start. `I` is
 * found by what both are built on: from a choice of the two compilers do not always find it.
 */
export type Schema<I> = $ZodType<I> & Parses;

/** The methods that both have. */
interface Parses {
  safeParse(value: unknown): Parsed;
  safeParseAsync(value: unknown): Promise<Parsed>;
}

type Parsed =
  | { success: true; data: unknown; error?: undefined }
  | { success: false; error: { issues: readonly $ZodIssue[] } };

/** Options of a task; all are optional. */
export interface TaskOptions<I> {
  /**
   * What the input must be. The API refuses what does not fit, by the JSON Schema made from it;
   * the handler gets what the schema parses. @default any JSON
   */
  input?: Schema<I>;
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
  /**
   * While it awaits less urgent futures, what they depend on moves up to its priority.
   * @default true
   */
  inherit?: boolean;
}

export type Handler<I, O> = (input: I, ctx: Context) => O | Promise<O>;

/** A task's definition: give it to `createWorker` and, for its types, to the client's `submit`. */
export interface Task<I = unknown, O = unknown> {
  readonly name: string;
  readonly input?: Schema<I>;
  readonly retry?: RetryOptions;
  /** Seconds. */
  readonly timeoutSeconds: number;
  /** Seconds. */
  readonly cancelSeconds?: number;
  readonly pool?: string;
  readonly event?: boolean;
  readonly inherit?: boolean;
  readonly handler: Handler<I, O>;
  /** Carries the types of input and output; no value stands here. */
  readonly $types?: { input: I; output: O };
}

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
  const {
    timeoutSeconds = DEFAULT_TIMEOUT_SECONDS,
    cancelSeconds,
    input,
    retry,
    pool,
    event,
    inherit,
  } = options;
  const flaw = taskFlaw(name, { timeoutSeconds, retry });
  if (flaw) throw new ConfigurationError(wordOf(name, flaw));
  if (cancelSeconds !== undefined && !(cancelSeconds >= 0.05 && cancelSeconds <= 900)) {
    throw new ConfigurationError(
      `Task ${name}: cancelSeconds is ${cancelSeconds}; use 0.05 to 900.`,
    );
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
    ...(inherit === undefined ? {} : { inherit }),
  };
}

function wordOf(name: string, { option, given, right }: TaskFlaw): string {
  if (option === "name") return `The task name "${name}" is not valid: ${right}.`;
  return `Task ${name}: ${option} is ${given}; ${right}.`;
}
