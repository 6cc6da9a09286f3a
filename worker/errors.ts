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

/** Causes nested deeper than this are cut. */
const MAX_CAUSES = 5;
/** Characters of a message that are kept: the record is one item, and every read pays for it. */
const MAX_MESSAGE = 2000;

/** Whatever was thrown, as data: name, message and causes. */
export function toErrorRecord(thrown: unknown, depth = 0): ErrorRecord {
  if (!(thrown instanceof Error)) return { name: "Error", message: cut(describe(thrown)) };
  const record: ErrorRecord = {
    name: cut(String(thrown.name || "Error")).slice(0, 100),
    message: cut(String(thrown.message)),
  };
  if (thrown.cause === undefined || depth + 1 >= MAX_CAUSES) return record;
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
