/**
 * When asyncio's aggregates are done and with what, by the order in which their members ended: a
 * model of its own, written from asyncio's documentation and not from core/.
 */
import type { Policy } from "../../../core/policies.ts";
import type { Ending, Report } from "../../../core/tally.ts";

export interface Seen {
  policy: Policy;
  size: number;
  /** Of the members, in their order. */
  reports: readonly Report[];
  /** Its time is over. */
  timedOut: boolean;
  /** It has a time limit. */
  timed: boolean;
  /** Its cancel() was called, and it waits for its members. */
  cancel: boolean;
  /** It has cancelled its members itself, as its time was over or one of them had failed. */
  stopping: boolean;
}

/** How it must have ended: with a state of its own, or as one of its members. */
export type Expected =
  | { state: "succeeded"; decided?: readonly Report[] }
  | { state: "failed"; error: string }
  | { state: "cancelled" }
  | { as: Report };

/** The outcome, or undefined while it goes on. */
export function asyncioSays(seen: Seen): Expected | undefined {
  const { policy, size, reports, timedOut, timed, cancel, stopping } = seen;
  const all = reports.length >= size;
  const of = (...endings: Ending[]) => reports.filter((each) => endings.includes(each.ending));
  switch (policy.of) {
    case "gather": {
      const [first] = policy.returnExceptions ? [] : of("failed", "cancelled");
      if (first) return { as: first };
      if (!all) return undefined;
      return cancel ? { state: "failed", error: "CancelledError" } : { state: "succeeded" };
    }
    case "wait": {
      const enough =
        all ||
        timedOut ||
        (policy.returnWhen === "FIRST_COMPLETED" && reports.length > 0) ||
        (policy.returnWhen === "FIRST_EXCEPTION" && of("failed").length > 0);
      return enough ? { state: "succeeded", decided: reports } : undefined;
    }
    case "waitFor": {
      const [report] = reports;
      if (!report) return undefined;
      return cancel && timed ? { state: "cancelled" } : { as: report };
    }
    case "asCompleted":
      if (all) return { state: "succeeded", decided: reports };
      return timedOut ? { state: "failed", error: "TimeoutError" } : undefined;
    case "shield":
    case "race":
      return reports[0] && { as: reports[0] };
    case "taskGroup":
      if (!all) return undefined;
      if (of("failed").length > 0) return { state: "failed", error: "ExceptionGroup" };
      return cancel && !stopping ? { state: "cancelled" } : { state: "succeeded" };
    case "any":
    case "some": {
      const count = policy.of === "some" ? policy.count : 1;
      const successes = of("succeeded");
      if (successes.length >= count) {
        return { state: "succeeded", decided: successes.slice(0, count) };
      }
      const possible = size - (reports.length - successes.length);
      return possible < count ? { state: "failed", error: "AggregateError" } : undefined;
    }
  }
}
