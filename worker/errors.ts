/**
 * Errors that handlers throw or are given, and how a thrown value is recorded.
 */

import { ForerunError } from "../core/errors.ts";
import type { ErrorRecord } from "../core/future.ts";

/** Throw it when another attempt would fail in the same way: the task fails at once. */
export class NonRetryableError extends ForerunError {
  override name = "NonRetryableError";
}

/** The reason of `ctx.signal` when cancellation was requested. */
export class CancelledError extends ForerunError {
  override name = "CancelledError";
}

/** The reason of `ctx.signal` when the attempt's time is over. */
export class TimeoutError extends ForerunError {
  override name = "TimeoutError";
}

/** The reason of `ctx.signal` when another attempt holds the task now; nothing it does counts. */
export class LeaseLostError extends ForerunError {
  override name = "LeaseLostError";
}

/** A future that a coroutine awaited has failed: `name`, `message` and `cause` are as it threw them. */
export class RemoteError extends ForerunError {
  /** The future that failed so; unknown of a cause or a gather's member. */
  readonly futureId?: string;
  /** Of an ExceptionGroup (task group) or an AggregateError (any, some): the members' errors. */
  readonly errors?: readonly Error[];
  constructor(
    name: string,
    message: string,
    {
      futureId,
      errors,
      ...options
    }: ErrorOptions & { futureId?: string; errors?: readonly Error[] } = {},
  ) {
    super(message, options);
    this.name = name;
    if (futureId !== undefined) this.futureId = futureId;
    if (errors !== undefined) this.errors = errors;
  }
}

/**
 * A coroutine did otherwise when it was run again: a call, or the order of what it awaits, is not
 * what its journal says. The task fails with it; catching it changes nothing.
 */
export class NonDeterminismError extends ForerunError {
  override name = "NonDeterminismError";
}

/** A coroutine made too many calls, awaits too many futures at once, or is nested too deep. */
export class LimitExceededError extends ForerunError {
  override name = "LimitExceededError";
}

/** A step that is run at most once was begun by a process that then died: it may have happened. */
export class StepInterruptedError extends ForerunError {
  override name = "StepInterruptedError";
}

/** Causes nested deeper than this are cut. */
const MAX_CAUSES = 5;
/** Errors of a group that are kept. */
const MAX_ERRORS = 20;
/** Characters of a message that are kept: the record is one item, and every read pays for it. */
const MAX_MESSAGE = 2000;

/** Whatever was thrown, as data: name, message and causes. */
export function toErrorRecord(thrown: unknown, depth = 0): ErrorRecord {
  if (!(thrown instanceof Error)) return { name: "Error", message: cut(describe(thrown)) };
  const record: ErrorRecord = {
    name: cut(String(thrown.name || "Error")).slice(0, 100),
    message: cut(String(thrown.message)),
  };
  if (depth + 1 >= MAX_CAUSES) return record;
  const errors = (thrown as { errors?: unknown }).errors;
  if (Array.isArray(errors) && errors.length > 0) {
    record.errors = errors.slice(0, MAX_ERRORS).map((each) => toErrorRecord(each, depth + 1));
  }
  if (thrown.cause === undefined) return record;
  return { ...record, cause: toErrorRecord(thrown.cause, depth + 1) };
}

function describe(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

function cut(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text;
}
