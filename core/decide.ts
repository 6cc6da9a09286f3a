/**
 * When an aggregate settles and with what: its policy over its members' reports.
 */
import { CANCELLED, type ErrorRecord, type FutureRecord } from "./future.ts";
import { isDue, isStopping, type ReturnWhen } from "./policies.ts";
import { decodeReport, type Report } from "./tally.ts";

/**
 * What an aggregate's policy says of a tally.
 * - nothing yet, or that its members are to be cancelled first, and why
 * - success; the result is derived from the members, or from the reports it was decided on
 * - the outcome of one member
 * - a failure, with that error, or with the errors of those members
 * - that it was cancelled
 */
export type Decision =
  | { settles: false; stop?: "timeout" | "failure" }
  | { settles: true; as: "succeeded" }
  | { settles: true; as: "mirror"; member: number }
  | { settles: true; as: "failed"; member: number }
  | { settles: true; as: "failed"; error: ErrorRecord }
  | { settles: true; as: "failed"; group: "ExceptionGroup" | "AggregateError" }
  | { settles: true; as: "cancelled" };

const NOT_YET: Decision = { settles: false };
const SUCCEEDED: Decision = { settles: true, as: "succeeded" };
const WAS_CANCELLED: Decision = { settles: true, as: "cancelled" };

/** asyncio.TimeoutError of wait_for and as_completed. */
export const TIMED_OUT: ErrorRecord = {
  name: "TimeoutError",
  message: "It did not settle in time.",
};

/**
 * Evaluates the policy of a sealed aggregate over the reports so far, in their order.
 * @param now milliseconds; an aggregate whose `due` has come is timed out
 * @param complete whether all members have reported: then successes may be missing from the codes
 */
export function decide(
  aggregate: FutureRecord,
  codes: readonly number[],
  now: number,
  complete = codes.length >= (aggregate.size ?? 0),
): Decision {
  const { policy } = aggregate;
  if (!policy) throw new TypeError(`${aggregate.id} is no aggregate`);
  const seen: Seen = {
    aggregate,
    reports: codes.map(decodeReport),
    complete,
    timedOut: isDue(aggregate, now),
  };
  switch (policy.of) {
    case "gather":
      return decideGather(seen, policy.returnExceptions);
    case "wait":
      return decideWait(seen, policy.returnWhen);
    case "waitFor":
      return decideWaitFor(seen);
    case "asCompleted":
      return decideAsCompleted(seen);
    case "shield":
    case "race":
      return mirrorFirst(seen);
    case "taskGroup":
      return decideTaskGroup(seen);
    case "any":
      return decideSome(seen, 1);
    case "some":
      return decideSome(seen, policy.count);
  }
}

interface Seen {
  aggregate: FutureRecord;
  reports: readonly Report[];
  complete: boolean;
  timedOut: boolean;
}

/** asyncio.gather: the first exception, a cancellation included, settles it; siblings go on. */
function decideGather({ aggregate, reports, complete }: Seen, returnExceptions: boolean): Decision {
  const first = returnExceptions ? undefined : reports.find((each) => each.ending !== "succeeded");
  if (first) return { settles: true, as: "failed", member: first.member };
  if (!complete) return NOT_YET;
  // asyncio: a gather whose cancel() was called ends with CancelledError once its children are
  // done, "as it could be that one of them swallowed the cancellation".
  if (aggregate.cancel) return { settles: true, as: "failed", error: CANCELLED };
  return SUCCEEDED;
}

/** asyncio.wait: never raises and never cancels; a cancelled member is no exception to it. */
function decideWait({ reports, complete, timedOut }: Seen, returnWhen: ReturnWhen): Decision {
  const enough =
    complete ||
    timedOut ||
    (returnWhen === "FIRST_COMPLETED" && reports.length > 0) ||
    (returnWhen === "FIRST_EXCEPTION" && reports.some((each) => each.ending === "failed"));
  return enough ? SUCCEEDED : NOT_YET;
}

/**
 * asyncio.wait_for: its member's outcome. Once its time is over it cancels the member, waits for
 * that to end, and fails with TimeoutError unless the member declined.
 */
function decideWaitFor({ aggregate, reports, timedOut }: Seen): Decision {
  const [report] = reports;
  if (!report) {
    return timedOut && !isStopping(aggregate) ? { settles: false, stop: "timeout" } : NOT_YET;
  }
  // Without a time limit it is a plain await: a member that declines decides.
  if (aggregate.cancel && aggregate.due !== undefined) return WAS_CANCELLED;
  return { settles: true, as: "mirror", member: report.member };
}

/** asyncio.as_completed, drained: all outcomes in the order in which they came. */
function decideAsCompleted({ complete, timedOut }: Seen): Decision {
  if (complete) return SUCCEEDED;
  return timedOut ? { settles: true, as: "failed", error: TIMED_OUT } : NOT_YET;
}

function mirrorFirst({ reports }: Seen): Decision {
  const [first] = reports;
  return first ? { settles: true, as: "mirror", member: first.member } : NOT_YET;
}

/** asyncio.TaskGroup: a member that fails has the others cancelled; it settles when all have. */
function decideTaskGroup({ aggregate, reports, complete }: Seen): Decision {
  const failed = reports.some((each) => each.ending === "failed");
  if (!complete) {
    return failed && !isStopping(aggregate) ? { settles: false, stop: "failure" } : NOT_YET;
  }
  if (failed) return { settles: true, as: "failed", group: "ExceptionGroup" };
  // A cancel that came after a failure was swallowed, as by asyncio's group that is aborting.
  return aggregate.cancel && !aggregate.stopping ? WAS_CANCELLED : SUCCEEDED;
}

/** Promise.any, for more than one: so many successes, or the errors that made them impossible. */
function decideSome({ aggregate, reports }: Seen, count: number): Decision {
  const succeeded = reports.filter((each) => each.ending === "succeeded").length;
  if (succeeded >= count) return SUCCEEDED;
  const possible = (aggregate.size ?? 0) - (reports.length - succeeded);
  return possible < count ? { settles: true, as: "failed", group: "AggregateError" } : NOT_YET;
}
