/**
 * Timers, time limits and delays: nothing happens before its time.
 */
import type { FutureRecord } from "../../../core/future.ts";
import type { Watched } from "./messages.ts";

/** Clocks of processes differ by a second. */
const CLOCKS_MS = 1000;

export function judgeTimer({ env }: Watched, record: FutureRecord): void {
  const { kind, state, due, settledAt = 0, error, stopping } = record;
  const timedOut = error?.name === "TimeoutError";
  const byTime =
    (kind === "timer" && state === "succeeded") ||
    ((kind === "promise" || kind === "asCompleted") && timedOut) ||
    // Otherwise the error is its member's.
    (kind === "waitFor" && timedOut && stopping === "timeout");
  if (!byTime || due === undefined) return;
  if (settledAt < due - CLOCKS_MS) {
    env.history.violation(4, record.id, `it settled ${due - settledAt} ms before its time`);
  }
}
