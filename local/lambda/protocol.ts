/**
 * What the embedded cloud and a function's process tell each other.
 */

/** An error as Lambda reports it. */
export interface FunctionFailure {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export interface InvokeMessage {
  requestId: string;
  event: unknown;
  clientContext?: unknown;
  /** When the invocation's time is over, in milliseconds since the epoch. */
  deadline: number;
  arn: string;
}

export type SandboxMessage =
  | { kind: "ready" }
  /** The function's code could not be loaded. */
  | { kind: "unloadable"; failure: FunctionFailure }
  /** JSON text of what the handler gave. */
  | { kind: "result"; payload: string }
  | { kind: "failure"; failure: FunctionFailure };
