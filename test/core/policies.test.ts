/** Policies against a model that is written as asyncio's own callbacks are. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Decision, decide } from "../../core/decide.ts";
import type { FutureRecord } from "../../core/future.ts";
import { cancelsRest, onCancel, type Policy, type ReturnWhen } from "../../core/policies.ts";
import { type Ending, encodeReport, type Report } from "../../core/tally.ts";
import { taskRecord } from "../support/records.ts";

const NOW = 1_800_000_000_000;

function aggregate(policy: Policy, size: number, fields: Partial<FutureRecord> = {}) {
  return taskRecord({ id: "g", kind: policy.of, policy, size, sealed: true, ...fields });
}

/** Members' endings in the order of their reports. */
const reportsOf = fc
  .array(fc.constantFrom<Ending>("succeeded", "failed", "cancelled"), { maxLength: 8 })
  .chain((endings) => {
    const reports = endings.map((ending, member): Report => ({ member, ending }));
    return fc.shuffledSubarray(reports, { minLength: reports.length });
  });

/** Feeds reports one by one, as they arrive, until the policy decides. */
function play(record: FutureRecord, reports: readonly Report[]) {
  for (let seen = 0; seen <= reports.length; seen += 1) {
    const decision = decide(record, reports.slice(0, seen).map(encodeReport), NOW);
    if (decision.settles) return { decision, seen };
  }
  return undefined;
}

/** asyncio.gather's `_done_callback`, in Python's own order of steps. */
function gatherModel(reports: readonly Report[], size: number, returnExceptions: boolean) {
  if (size === 0) return { seen: 0, as: "succeeded" };
  let finished = 0;
  for (const { member, ending } of reports) {
    finished += 1;
    if (!returnExceptions && ending !== "succeeded")
      return { seen: finished, as: "failed", member };
    if (finished === size) return { seen: finished, as: "succeeded" };
  }
  return undefined;
}

/** asyncio.wait's `_on_completion`. */
function waitModel(reports: readonly Report[], size: number, returnWhen: ReturnWhen) {
  let counter = size;
  for (const [index, { ending }] of reports.entries()) {
    counter -= 1;
    const raised = ending === "failed";
    if (
      counter <= 0 ||
      returnWhen === "FIRST_COMPLETED" ||
      (returnWhen === "FIRST_EXCEPTION" && raised)
    ) {
      return index + 1;
    }
  }
  return undefined;
}

describe("promise 4: aggregates settle as asyncio's, no earlier and no later", () => {
  it("gather, over any endings in any order", () => {
    fc.assert(
      fc.property(reportsOf, fc.nat(3), fc.boolean(), (reports, missing, returnExceptions) => {
        const size = reports.length + missing;
        const record = aggregate({ of: "gather", returnExceptions }, size);
        const expected = gatherModel(reports, size, returnExceptions);
        const played = play(record, reports);
        expect(played?.seen).toBe(expected?.seen);
        if (played && expected) {
          const { as, member } = played.decision as { as: string; member?: number };
          expect(as).toBe(expected.as);
          expect(member).toBe(expected.member);
        }
      }),
    );
  });

  it("wait, over any endings in any order", () => {
    const when = fc.constantFrom<ReturnWhen>("ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION");
    fc.assert(
      fc.property(reportsOf, fc.nat(3), when, (reports, missing, returnWhen) => {
        const size = Math.max(1, reports.length + missing);
        const played = play(aggregate({ of: "wait", returnWhen }, size), reports);
        expect(played?.seen).toBe(waitModel(reports, size, returnWhen));
        if (played) expect(played.decision).toEqual({ settles: true, as: "succeeded" });
      }),
    );
  });

  it("what has decided stays decided, whatever is reported later", () => {
    const policy = fc.constantFrom<Policy>(
      { of: "gather", returnExceptions: false },
      { of: "wait", returnWhen: "FIRST_COMPLETED" },
      { of: "any", cancelRest: false },
      { of: "race", cancelRest: false },
      { of: "some", count: 2, cancelRest: false },
    );
    fc.assert(
      fc.property(policy, reportsOf, (which, reports) => {
        fc.pre(reports.length >= 2);
        const record = aggregate(which, reports.length);
        const played = play(record, reports);
        expect(played).toBeDefined();
        const codes = reports.map(encodeReport);
        for (let more = played?.seen ?? 0; more <= codes.length; more += 1) {
          const later = decide(record, codes.slice(0, more), NOW);
          expect(later.settles).toBe(true);
          if (which.of === "gather" || which.of === "race") expect(later).toEqual(played?.decision);
        }
      }),
    );
  });

  it("the first exception counts by the order of reports, not of arguments", () => {
    const record = aggregate({ of: "gather", returnExceptions: false }, 3);
    const codes = [
      encodeReport({ member: 2, ending: "cancelled" }),
      encodeReport({ member: 0, ending: "failed" }),
    ];
    expect(decide(record, codes, NOW)).toMatchObject({ as: "failed", member: 2 });
  });

  it("a gather that was cancelled fails with CancelledError although its members declined", () => {
    const policy: Policy = { of: "gather", returnExceptions: true };
    const record = aggregate(policy, 1, { cancel: true });
    expect(decide(record, [], NOW)).toEqual({ settles: false });
    const codes = [encodeReport({ member: 0, ending: "succeeded" })];
    expect(decide(record, codes, NOW)).toMatchObject({
      as: "failed",
      error: { name: "CancelledError" },
    });
  });

  it("wait at its time limit succeeds with what is done, and not a millisecond before", () => {
    const record = aggregate({ of: "wait", returnWhen: "ALL_COMPLETED" }, 2, { due: NOW });
    expect(decide(record, [], NOW - 1)).toEqual({ settles: false });
    expect(decide(record, [], NOW)).toEqual({ settles: true, as: "succeeded" });
  });

  const one = (ending: Ending, member = 0) => encodeReport({ member, ending });
  it.each<[string, Policy, Partial<FutureRecord>, number[], Decision]>([
    ["waitFor in time waits", { of: "waitFor" }, { due: NOW + 1 }, [], { settles: false }],
    [
      "waitFor whose time is over has its member cancelled",
      { of: "waitFor" },
      { due: NOW },
      [],
      { settles: false, stop: "timeout" },
    ],
    [
      "waitFor waits for the member that it has cancelled",
      { of: "waitFor" },
      { due: NOW, stopping: "timeout" },
      [],
      { settles: false },
    ],
    [
      "waitFor takes a member's outcome",
      { of: "waitFor" },
      { due: NOW, stopping: "timeout" },
      [one("succeeded")],
      { settles: true, as: "mirror", member: 0 },
    ],
    [
      "a shield takes its member's outcome",
      { of: "shield" },
      {},
      [one("cancelled")],
      { settles: true, as: "mirror", member: 0 },
    ],
    [
      "as_completed whose time is over has failed",
      { of: "asCompleted" },
      { due: NOW },
      [one("succeeded", 1)],
      {
        settles: true,
        as: "failed",
        error: { name: "TimeoutError", message: expect.any(String) as string },
      },
    ],
    [
      "a group has the others cancelled when one fails",
      { of: "taskGroup" },
      {},
      [one("failed")],
      { settles: false, stop: "failure" },
    ],
    [
      "a group that has told the others waits for them",
      { of: "taskGroup" },
      { stopping: "failure" },
      [one("failed")],
      { settles: false },
    ],
    [
      "a group of which one has failed fails with the group of errors",
      { of: "taskGroup" },
      { stopping: "failure" },
      [one("failed"), one("cancelled", 1)],
      { settles: true, as: "failed", group: "ExceptionGroup" },
    ],
    [
      "a group that was cancelled is cancelled",
      { of: "taskGroup" },
      { cancel: true },
      [one("cancelled"), one("succeeded", 1)],
      { settles: true, as: "cancelled" },
    ],
    [
      "any waits while one may still succeed",
      { of: "any", cancelRest: false },
      {},
      [one("failed")],
      { settles: false },
    ],
    [
      "any fails when none can succeed",
      { of: "any", cancelRest: false },
      {},
      [one("failed"), one("cancelled", 1)],
      { settles: true, as: "failed", group: "AggregateError" },
    ],
    [
      "some fails as soon as too few are left",
      { of: "some", count: 2, cancelRest: false },
      {},
      [one("failed", 1)],
      { settles: true, as: "failed", group: "AggregateError" },
    ],
  ])("%s", (_what, policy, fields, codes, expected) => {
    const size = policy.of === "waitFor" || policy.of === "shield" ? 1 : 2;
    expect(decide(aggregate(policy, size, fields), codes, NOW)).toEqual(expected);
  });

  it("a cancel request reaches the members of what awaits them, and of nothing else", () => {
    const asked = (policy: Policy, fields = {}) => onCancel(aggregate(policy, 1, fields));
    expect(asked({ of: "gather", returnExceptions: true })).toBe("asks");
    expect(asked({ of: "taskGroup" })).toBe("asks");
    expect(asked({ of: "waitFor" })).toBe("asks");
    expect(asked({ of: "waitFor" }, { due: NOW, stopping: "timeout" })).toBe("settles");
    expect(asked({ of: "wait", returnWhen: "ALL_COMPLETED" })).toBe("settles");
    expect(asked({ of: "shield" })).toBe("settles");
  });

  it("only what says so cancels the rest", () => {
    expect(cancelsRest({ of: "race", cancelRest: true })).toBe(true);
    expect(cancelsRest({ of: "race", cancelRest: false })).toBe(false);
    expect(cancelsRest({ of: "gather", returnExceptions: false })).toBe(false);
  });
});
