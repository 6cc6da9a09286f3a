/** The table of design.md, "The heart: what is owed": each row. */
import { describe, expect, it } from "vitest";
import type { FutureRecord, State } from "../../core/future.ts";
import { owed } from "../../core/owed.ts";
import type { Policy } from "../../core/policies.ts";
import { taskRecord } from "../support/records.ts";

const NOW = 1_800_000_000_000;
const GATHER: Policy = { of: "gather", returnExceptions: false };

function effects(fields: Partial<FutureRecord>, now = NOW) {
  return owed(taskRecord({ id: "x", ...fields }), now);
}

function names(fields: Partial<FutureRecord>, now = NOW): string[] {
  return effects(fields, now).map((each) => each.effect);
}

describe("what is owed", () => {
  it("a pending task owes its message, also if it is due within a queue's reach", () => {
    expect(names({})).toEqual(["dispatch"]);
    expect(names({ due: NOW + 900_000 })).toEqual(["dispatch"]);
    expect(names({ due: NOW - 1 })).toEqual(["dispatch"]);
  });

  it("a pending task that is due later than a queue delays owes a reminder, and no message yet", () => {
    const due = NOW + 900_001;
    expect(effects({ due })).toEqual([{ effect: "remind", id: "x", at: due }]);
  });

  it("a running task owes nothing: its message is hidden, and must not be multiplied", () => {
    expect(names({ state: "running", watchers: ["g#0"] })).toEqual([]);
  });

  it("an open aggregate owes its assembly, and its policy does not decide", () => {
    const fields = { kind: "gather", policy: GATHER, size: 1, due: NOW, cancel: true } as const;
    expect(names(fields)).toEqual(["assemble"]);
  });

  it("a sealed aggregate owes its policy's decision and, until its time has come, a reminder", () => {
    const fields = { kind: "gather", policy: GATHER, size: 1, sealed: true } as const;
    expect(names(fields)).toEqual(["decide"]);
    expect(names({ ...fields, due: NOW + 1 })).toEqual(["decide", "remind"]);
    expect(names({ ...fields, due: NOW })).toEqual(["decide"]);
  });

  it("an aggregate whose members are to be cancelled owes them the request, settled or not", () => {
    const fields = { kind: "gather", policy: GATHER, size: 1, sealed: true } as const;
    expect(names({ ...fields, cancel: true })).toEqual(["decide", "cancelMembers"]);
    expect(names({ ...fields, stopping: "timeout" })).toEqual(["decide", "cancelMembers"]);
    expect(names({ ...fields, cancel: true, state: "failed" })).toEqual(["cancelMembers"]);
  });

  it("a settled aggregate withdraws from its members if its policy says so, and not otherwise", () => {
    for (const of of ["any", "race"] as const) {
      for (const cancelRest of [true, false]) {
        const fields = { kind: of, policy: { of, cancelRest }, state: "succeeded" } as const;
        expect(names(fields)).toEqual(cancelRest ? ["cancelMembers"] : []);
      }
    }
    expect(names({ kind: "gather", policy: GATHER, state: "failed" })).toEqual([]);
  });

  it("promise 4: a suspended task owes to be registered with what it awaits, or its cancellation", () => {
    const waits = { state: "suspended", awaits: [".0"], calls: 1 } as const;
    expect(names(waits)).toEqual(["listen"]);
    expect(names({ ...waits, cancel: true, asked: "token" })).toEqual(["passCancel", "listen"]);
  });

  it.each(["timer", "promise"] as const)("a %s owes a reminder, and then its end", (kind) => {
    expect(effects({ kind, due: NOW + 1 })).toEqual([{ effect: "remind", id: "x", at: NOW + 1 }]);
    expect(names({ kind, due: NOW })).toEqual(["expire"]);
  });

  it("a promise without a time limit owes nothing until someone settles it", () => {
    expect(names({ kind: "promise" })).toEqual([]);
  });

  it.each<State>(["succeeded", "failed", "cancelled"])(
    "promise 4: whatever has %s owes word to each watcher, to those in items of their own too",
    (state) => {
      const settled = { state, watchers: ["g#0", "h.3#7~"], overflow: true, settledAt: NOW };
      expect(effects(settled)).toEqual([
        {
          effect: "report",
          of: "x",
          watcher: { aggregate: "g", member: 0, tier: "flat" },
          ending: state,
        },
        {
          effect: "report",
          of: "x",
          watcher: { aggregate: "h.3", member: 7, tier: "quiet" },
          ending: state,
        },
        { effect: "reportOverflow", record: expect.anything() },
      ]);
    },
  );

  it("a record that is watched owes to outlive its watcher, one that nobody watches does not", () => {
    const week = { settledAt: NOW, expires: NOW / 1000 + 7 * 86_400, state: "succeeded" } as const;
    const year = { ...week, expires: NOW / 1000 + 400 * 86_400 };
    expect(names(week)).toEqual([]);
    expect(names({ ...week, watchers: ["g#0"] })).toEqual(["report", "keep"]);
    expect(names({ ...week, overflow: true })).toEqual(["reportOverflow", "keep"]);
    expect(names({ ...year, watchers: ["g#0"] })).toEqual(["report"]);
  });
});
