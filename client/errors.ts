/**
 * The errors of the SDK. Three things can go wrong: the deployment cannot be reached
 * (ConnectionError), it refuses or cannot serve a call (RequestError and its kinds), or the future
 * that was awaited did not succeed (RemoteError, CancelledError, TimeoutError).
 */
import { type FieldError, ForerunError } from "../core/errors.ts";
import type { Problem } from "../core/wire.ts";

export { ForerunError };

/** No answer came, however often it was tried. Whether the call took effect is unknown. */
export class ConnectionError extends ForerunError {
  override name = "ConnectionError";
  readonly endpoint: string;
  constructor(endpoint: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.endpoint = endpoint;
  }
}

/** What is known of a call that was answered, but not with success. */
export interface RequestErrorDetails {
  /** HTTP status; absent when the call was refused before anything was sent. */
  status?: number;
  /** The answer's problem document (RFC 9457), if it held one. */
  problem?: Problem;
  /** Requests sent, repeats included. */
  attempts?: number;
  cause?: unknown;
}

/** The deployment refused the call or could not serve it. */
export class RequestError extends ForerunError {
  override name = "RequestError";
  /** HTTP status; absent when the call was refused before anything was sent. */
  readonly status?: number;
  /** The answer's problem document (RFC 9457), if it held one. */
  readonly problem?: Problem;
  /** Requests sent, repeats included. @default 1 */
  readonly attempts: number;
  constructor(message: string, details: RequestErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    if (details.status !== undefined) this.status = details.status;
    if (details.problem !== undefined) this.problem = details.problem;
    this.attempts = details.attempts ?? 1;
  }
}

/** The request is wrong, and would be wrong again: each of `errors` names a field and the fix. */
export class BadRequestError extends RequestError {
  override name = "BadRequestError";
  readonly errors: readonly FieldError[];
  constructor(
    errors: readonly FieldError[],
    details: RequestErrorDetails = {},
    message = errors.map((each) => `${each.field}: ${each.message}`).join("; "),
  ) {
    super(message, details);
    this.errors = errors;
  }
}

/** A future that the call names does not exist, or has expired. */
export class NotFoundError extends RequestError {
  override name = "NotFoundError";
}

/**
 * The id is taken by another request; the future that has it is untouched. Of an open aggregate: it
 * is sealed, or has settled.
 */
export class ConflictError extends RequestError {
  override name = "ConflictError";
}

/** As asyncio's: the future has settled otherwise, or is not of the kind that can be settled. */
export class InvalidStateError extends RequestError {
  override name = "InvalidStateError";
}

/**
 * The deployment took no more, and none of the call's repeats found room: it has limits of what may
 * wait in a band (`band`, `limit`), or of the requests that it serves. Nothing of the call was
 * accepted; with the same id it may be repeated later.
 */
export class BusyError extends RequestError {
  override name = "BusyError";
  /** The band that is full, if that is why. */
  readonly band?: string;
  /** The tasks that may wait in it. */
  readonly limit?: number;
  /** When the deployment asked to be called again, in seconds; absent if it did not say. */
  readonly retryAfterSeconds?: number;
  constructor(
    message: string,
    details: RequestErrorDetails & { retryAfterSeconds?: number | undefined } = {},
  ) {
    super(message, details);
    const { problem, retryAfterSeconds } = details;
    if (problem?.band !== undefined) this.band = problem.band;
    if (problem?.limit !== undefined) this.limit = problem.limit;
    if (retryAfterSeconds !== undefined) this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What an awaited future ended with, if not with a result. */
abstract class OutcomeError extends ForerunError {
  /** The future that ended so, if it is known: a cause or a gather's member has no id here. */
  readonly futureId?: string;
  constructor(message: string, { futureId, ...options }: ErrorOptions & { futureId?: string }) {
    super(message, options);
    if (futureId !== undefined) this.futureId = futureId;
  }
}

/**
 * An error that a task threw or a promise was rejected with, rebuilt: `name`, `message` and
 * `cause` are the original's, the stack is the caller's own.
 */
export class RemoteError extends OutcomeError {
  /** Of an ExceptionGroup (task group) or an AggregateError (any, some): the members' errors. */
  readonly errors?: readonly Error[];
  constructor(
    name: string,
    message: string,
    { errors, ...options }: ErrorOptions & { futureId?: string; errors?: readonly Error[] } = {},
  ) {
    super(message, options);
    this.name = name;
    if (errors !== undefined) this.errors = errors;
  }
}

/** The future was cancelled. */
export class CancelledError extends OutcomeError {
  override name = "CancelledError";
  constructor(message: string, options: ErrorOptions & { futureId?: string } = {}) {
    super(message, options);
  }
}

/** The future's own time was over, or that of a `result({ timeoutSeconds })` that awaited it. */
export class TimeoutError extends OutcomeError {
  override name = "TimeoutError";
  constructor(message: string, options: ErrorOptions & { futureId?: string } = {}) {
    super(message, options);
  }
}
