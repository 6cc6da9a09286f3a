/**
 * What a task's author uses.
 */

export type { RetryOptions } from "../core/retry.ts";
export type { Context, TaskLogger } from "./context.ts";
export { CancelledError, LeaseLostError, NonRetryableError, TimeoutError } from "./errors.ts";
export { defineTask, type Handler, type Task, type TaskOptions } from "./task.ts";
export { createWorker, type Worker } from "./worker.ts";
