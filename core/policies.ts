/**
 * The policies of aggregates, as asyncio's gather, wait, wait_for, as_completed, shield and TaskGroup,
 * and JavaScript's any and race; and what holds of each whatever its members do. What they make of
 * their members' reports is decide.ts.
 * https://docs.python.org/3/library/asyncio-task.html
 */
import type { FutureRecord } from "./future.ts";

export type ReturnWhen = "ALL_COMPLETED" | "FIRST_COMPLETED" | "FIRST_EXCEPTION";

export type Policy =
  | { of: "gather"; returnExceptions: boolean }
  | { of: "wait"; returnWhen: ReturnWhen }
  | { of: "waitFor" }
  | { of: "asCompleted" }
  | { of: "shield" }
  | { of: "taskGroup" }
  /** Promise.any: the first member that succeeds. */
  | { of: "any"; cancelRest: boolean }
  /** The first `count` members that succeed. */
  | { of: "some"; count: number; cancelRest: boolean }
  /** The first member that settles, however it ends. */
  | { of: "race"; cancelRest: boolean };

/** The kinds of aggregates. */
export type AggregateKind = Policy["of"];

/** Whether the success of one member may settle it before all have reported. */
export function heedsSuccess(policy: Policy): boolean {
  switch (policy.of) {
    case "gather":
    case "taskGroup":
    case "asCompleted":
      return false;
    case "wait":
      return policy.returnWhen === "FIRST_COMPLETED";
    default:
      return true;
  }
}

/** Whether its outcome needs all reports, and not only those that are no successes. */
export function needsAllReports(policy: Policy): boolean {
  return policy.of !== "gather" && policy.of !== "taskGroup" && policy.of !== "wait";
}

/**
 * Whether asyncio has it wait in a task, which a member's callback wakes: it goes on only after all
 * callbacks of that member, and finds done what they have settled. The others settle in the
 * callback itself.
 */
export function wakesLater({ policy, due }: Pick<FutureRecord, "policy" | "due">): boolean {
  switch (policy?.of) {
    case "wait":
    case "asCompleted":
    case "taskGroup":
      return true;
    case "waitFor":
      return due !== undefined;
    default:
      return false;
  }
}

/** Whether it has told, or must tell, its members to end. */
export function isStopping(aggregate: FutureRecord): boolean {
  return aggregate.cancel === true || aggregate.stopping !== undefined;
}

/**
 * What a cancel request to a pending aggregate does: `asks` passes it on to the members and waits
 * for them, `settles` ends it at once.
 */
export function onCancel(aggregate: FutureRecord): "asks" | "settles" {
  switch (aggregate.policy?.of) {
    case "gather":
    case "taskGroup":
      return "asks";
    case "waitFor":
      // A second request, or one while the time is over, does not wait for the member any more.
      return isStopping(aggregate) && aggregate.due !== undefined ? "settles" : "asks";
    default:
      return "settles";
  }
}

/** Whether members that still run are cancelled when the aggregate settles. */
export function cancelsRest(policy: Policy): boolean {
  return "cancelRest" in policy && policy.cancelRest;
}

export function isDue(record: FutureRecord, now: number): boolean {
  return record.due !== undefined && record.due <= now;
}
