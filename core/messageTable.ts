/**
 * What a worker does with a task's message (design.md, "What a worker does with a message").
 */
import { type FutureRecord, isTerminal } from "./future.ts";
import { isLeaseOver, untilLeaseOver } from "./lease.ts";
import type { TaskMessage } from "./ports.ts";

export type Treatment =
  /** Claim the pending task and run it. */
  | { do: "claim" }
  /** The lease of whoever ran it is over: claim it from them, or settle it. */
  | { do: "takeOver" }
  /** Not now: hide the message for so many seconds. It may be the only copy: never delete it. */
  | { do: "hide"; seconds: number }
  /** It has served: perform what the task owes, then delete it. */
  | { do: "consume" };

/**
 * @param record the task as it stands; undefined if it is gone
 * @param now milliseconds
 */
export function treat(
  record: FutureRecord | undefined,
  message: TaskMessage,
  now: number,
): Treatment {
  if (!record || isTerminal(record) || record.turn !== message.turn) return { do: "consume" };
  if (record.state === "pending") {
    const wait = (record.due ?? now) - now;
    return wait > 0 ? { do: "hide", seconds: hideSeconds(wait) } : { do: "claim" };
  }
  if (record.state === "running") {
    return isLeaseOver(record.leaseUntil, now)
      ? { do: "takeOver" }
      : { do: "hide", seconds: untilLeaseOver(record.leaseUntil as number, now) };
  }
  return { do: "consume" };
}

/** SQS hides for at most 12 hours; who meets the message then hides it again. */
const MAX_HIDE_SECONDS = 43_000;

function hideSeconds(milliseconds: number): number {
  return Math.min(MAX_HIDE_SECONDS, Math.max(1, Math.ceil(milliseconds / 1000)));
}
