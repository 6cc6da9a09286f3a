/**
 * Forerun's SDK for Node and browsers: submit tasks, await futures, gather and wait.
 *
 * @example
 * import { Forerun, task } from "forerun";
 *
 * const forerun = new Forerun({ endpoint: "http://127.0.0.1:8080" });
 * const sleeps = [1, 2, 3].map((value) => task("sleep", { milliseconds: 1000, value }));
 * console.log(await forerun.gather(sleeps).result()); // [1, 2, 3], after one second
 */

export type { FieldError } from "../core/errors.ts";
export type { Kind, State } from "../core/future.ts";
export type { ReturnWhen } from "../core/policies.ts";
export type { RetryOptions } from "../core/retry.ts";
export type { BandView, Future, Problem, TreeNode } from "../core/wire.ts";
export type {
  FirstOptions,
  GatherOptions,
  TimedOptions,
  WaitOptions,
} from "./aggregateOptions.ts";
export { AllSettledHandle } from "./allSettledHandle.ts";
export { type ApprovalOptions, settleByToken } from "./approval.ts";
export { AsCompletedHandle } from "./asCompletedHandle.ts";
export type { AuthorizationOptions, AwsCredentials, CredentialProvider } from "./authorization.ts";
export type { CallRetry } from "./backoff.ts";
export type { Bands, OfPool } from "./bands.ts";
export {
  BadRequestError,
  BusyError,
  CancelledError,
  ConflictError,
  ConnectionError,
  ForerunError,
  InvalidStateError,
  NotFoundError,
  RemoteError,
  RequestError,
  TimeoutError,
} from "./errors.ts";
export { Forerun, type PromiseOptions, type TokenPromiseHandle } from "./forerun.ts";
export { GatherHandle } from "./gatherHandle.ts";
export { OpenGroup } from "./group.ts";
export { FutureHandle } from "./handle.ts";
export type { Awaitable, Member } from "./members.ts";
export type { OpenOptions } from "./openAggregate.ts";
export type { ForerunOptions } from "./options.ts";
export { PromiseHandle } from "./promiseHandle.ts";
export type { Submission } from "./submission.ts";
export { type SubmitOptions, type TaskCall, type TaskDefinition, task } from "./task.ts";
export type { Fetch } from "./transport.ts";
export { type DoneAndPending, WaitHandle } from "./waitHandle.ts";
export type { AwaitOptions } from "./within.ts";
