/**
 * What a task's author uses.
 */

export type { RetryOptions } from "../core/retry.ts";
export type { Context, TaskLogger } from "./context.ts";
export type { CompletedMember } from "./coroutine/completed.ts";
export type {
  Calls,
  Member,
  StepContext,
  StepOptions,
  SubmitOptions,
  Timed,
} from "./coroutine/context.ts";
export type { CoroutineFuture, CoroutinePromise } from "./coroutine/future.ts";
export type { TaskGroup } from "./coroutine/group.ts";
export {
  CancelledError,
  LeaseLostError,
  LimitExceededError,
  NonDeterminismError,
  NonRetryableError,
  RemoteError,
  StepInterruptedError,
  TimeoutError,
} from "./errors.ts";
export { defineTask, type Handler, type Task, type TaskOptions } from "./task.ts";
export { type AnyTask, createWorker, type Worker } from "./worker.ts";
