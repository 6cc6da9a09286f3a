/**
 * What a handler is told about its attempt.
 */

import type { Calls } from "./coroutine/context.ts";

/** A structured logger; Powertools' Logger is one. */
export interface TaskLogger {
  debug(message: string, ...extra: Record<string, unknown>[]): void;
  info(message: string, ...extra: Record<string, unknown>[]): void;
  warn(message: string, ...extra: Record<string, unknown>[]): void;
  error(message: string, ...extra: Record<string, unknown>[]): void;
}

export interface Context extends Calls {
  /** The future's id; the same in every attempt, so it serves as an idempotency key. */
  readonly id: string;
  /** The task's name. */
  readonly task: string;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** Lower is more urgent. */
  readonly priority: number;
  /** Every line carries the future's id, task, band, attempt, and its submission's trace. */
  readonly logger: TaskLogger;
  /**
   * Aborted when cancellation is requested, the attempt's time is over, or its lease is lost.
   * `signal.reason` is a CancelledError, TimeoutError or LeaseLostError. Throwing the reason of a
   * cancellation accepts it; returning a value declines it, as in asyncio. Once the time is over
   * the attempt has failed, and its process ends a second later if it does not.
   */
  readonly signal: AbortSignal;
  /** Milliseconds left of this attempt's time. */
  remainingMs(): number;
}
