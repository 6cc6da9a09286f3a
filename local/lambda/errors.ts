/**
 * How an invocation fails.
 */
import { LocalCloudError } from "../errors.ts";
import type { FunctionFailure } from "./protocol.ts";

/** The invocation failed: the handler threw, ran out of time, or its process ended. */
export class FunctionError extends LocalCloudError {
  override name = "FunctionError";
  /** What Lambda would answer as the payload. */
  readonly failure: FunctionFailure;

  constructor(functionName: string, failure: FunctionFailure) {
    super(`${functionName}: ${failure.errorType}: ${failure.errorMessage}`);
    this.failure = failure;
  }
}

/** More invocations at a time than the function's reserved concurrency: Lambda's 429. */
export class ThrottledError extends LocalCloudError {
  override name = "TooManyRequestsException";

  constructor(functionName: string, limit: number) {
    super(`${functionName}: Rate Exceeded (reserved concurrency ${limit})`);
  }
}

/** The event is larger than Lambda takes: its 413. */
export class RequestTooLargeError extends LocalCloudError {
  override name = "RequestTooLargeException";

  constructor(limit: number) {
    super(`Request must be smaller than ${limit} bytes for the InvokeFunction operation`);
  }
}

export function timedOut(requestId: string, seconds: number): FunctionFailure {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  };
}

/** Signals as Lambda names them. */
const SIGNALS: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGTERM: "terminated",
  // V8 aborts when its heap is full.
  SIGABRT: "aborted (core dumped)",
  SIGSEGV: "segmentation fault (core dumped)",
};

export function exited(requestId: string, code: number | null, signal: string | null) {
  const how = signal ? `signal: ${SIGNALS[signal] ?? signal}` : `exit status ${code}`;
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  } satisfies FunctionFailure;
}
