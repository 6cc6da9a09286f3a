/**
 * Tasks that are Lambda functions of others, in any language: the worker calls them and waits. They
 * get the input as their event, and who asks in the client context (`custom`).
 */
import { ConfigurationError } from "../core/errors.ts";
import type { Invoke } from "../core/ports.ts";
import type { RetryOptions } from "../core/retry.ts";
import type { Context } from "./context.ts";
import { defineTask } from "./task.ts";
import type { AnyTask, Worker } from "./worker.ts";

/** One of them, as the environment tells it. */
export interface LambdaTask {
  arn: string;
  /** Seconds that an attempt may take. */
  timeoutSeconds: number;
  retry?: RetryOptions;
}

/**
 * The worker with the functions that FORERUN_LAMBDA_TASKS names besides its own tasks.
 * @throws ConfigurationError if the variable is no JSON
 */
export function withLambdaTasks(worker: Worker, env: NodeJS.ProcessEnv, invoke: Invoke): Worker {
  const tasks = read(env.FORERUN_LAMBDA_TASKS);
  if (tasks.size === 0) return worker;
  const byName = new Map([...tasks].map(([name, task]) => [name, toTask(name, task, invoke)]));
  return { ...worker, task: (name) => worker.task(name) ?? byName.get(name) };
}

function read(text: string | undefined): Map<string, LambdaTask> {
  try {
    return new Map(Object.entries(JSON.parse(text || "{}") as Record<string, LambdaTask>));
  } catch (cause) {
    throw new ConfigurationError("FORERUN_LAMBDA_TASKS is no valid JSON.", { cause });
  }
}

function toTask(name: string, task: LambdaTask, invoke: Invoke): AnyTask {
  const { arn, timeoutSeconds, retry } = task;
  return defineTask(name, { timeoutSeconds, ...(retry ? { retry } : {}) }, async (input, ctx) => {
    const answer = await invoke(arn, input, {
      signal: ctx.signal,
      remainingMs: ctx.remainingMs(),
      about: about(ctx),
    });
    if ("failure" in answer) throw toError(answer.failure);
    return answer.result;
  });
}

function about({ id, task, attempt, priority }: Context): Record<string, unknown> {
  return { id, task, attempt, priority };
}

/** In the function's own words, whatever its language. */
function toError(failure: unknown): Error {
  const { errorType, errorMessage } = (failure ?? {}) as Record<string, unknown>;
  const error = new Error(String(errorMessage ?? "The function failed and did not say why."));
  error.name = typeof errorType === "string" && errorType !== "" ? errorType : "FunctionError";
  return error;
}
