/**
 * Aggregate policies: when an aggregate settles and with what, as asyncio's gather and wait.
 * https://docs.python.org/3/library/asyncio-task.html
 */
import { CANCELLED, type FutureRecord } from "./future.ts";
import { decodeReport, type Report } from "./tally.ts";

export type ReturnWhen = "ALL_COMPLETED" | "FIRST_COMPLETED" | "FIRST_EXCEPTION";

export type Policy =
  | { of: "gather"; returnExceptions: boolean }
  | { of: "wait"; returnWhen: ReturnWhen };

/**
 * What an aggregate's policy says of a tally: nothing yet, success (its result is derived from the
 * members or from the decided reports), the failure of one member, or that it was cancelled.
 */
export type Decision =
  | { settles: false }
  | { settles: true; as: "succeeded" }
  | { settles: true; as: "failed"; member: number }
  | { settles: true; as: "failed"; error: typeof CANCELLED };

const NOT_YET: Decision = { settles: false };

/**
 * Evaluates the policy of a sealed aggregate over the reports so far, in their order.
 * @param now milliseconds; a wait whose `due` has come settles with what it has
 */
export function decide(aggregate: FutureRecord, codes: readonly number[], now: number): Decision {
  const reports = codes.map(decodeReport);
  const complete = reports.length >= (aggregate.size ?? 0);
  const policy = aggregate.policy;
  if (!policy) throw new TypeError(`${aggregate.id} is no aggregate`);
  return policy.of === "gather"
    ? decideGather(policy.returnExceptions, aggregate.cancel === true, reports, complete)
    : decideWait(policy.returnWhen, reports, complete, isDue(aggregate, now));
}

/** asyncio.gather: the first exception, a cancellation included, settles it; siblings go on. */
function decideGather(
  returnExceptions: boolean,
  cancelRequested: boolean,
  reports: readonly Report[],
  complete: boolean,
): Decision {
  const first = returnExceptions ? undefined : reports.find((each) => each.ending !== "succeeded");
  if (first) return { settles: true, as: "failed", member: first.member };
  if (!complete) return NOT_YET;
  // asyncio: a gather whose cancel() was called ends with CancelledError once its children are
  // done, "as it could be that one of them swallowed the cancellation".
  if (cancelRequested) return { settles: true, as: "failed", error: CANCELLED };
  return { settles: true, as: "succeeded" };
}

/** asyncio.wait: never raises and never cancels; a cancelled member is no exception to it. */
function decideWait(
  returnWhen: ReturnWhen,
  reports: readonly Report[],
  complete: boolean,
  timedOut: boolean,
): Decision {
  const enough =
    complete ||
    timedOut ||
    (returnWhen === "FIRST_COMPLETED" && reports.length > 0) ||
    (returnWhen === "FIRST_EXCEPTION" && reports.some((each) => each.ending === "failed"));
  return enough ? { settles: true, as: "succeeded" } : NOT_YET;
}

export function isDue(record: FutureRecord, now: number): boolean {
  return record.due !== undefined && record.due <= now;
}
