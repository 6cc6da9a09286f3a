/** The table of design.md, "What a worker does with a message": each row. */
import { describe, expect, it } from "vitest";
import { DEFAULT_CONFIG } from "../../core/config.ts";
import type { FutureRecord } from "../../core/future.ts";
import { isLeaseOver, messageVisibility, permitVisibility, SKEW_MS } from "../../core/lease.ts";
import { treat } from "../../core/messageTable.ts";
import { taskRecord } from "../support/records.ts";

const NOW = 1_800_000_000_000;
const treatment = (fields: Partial<FutureRecord>, turn = 3) =>
  treat(taskRecord({ turn: 3, ...fields }), { id: "x", turn }, NOW);

describe("what a worker does with a message", () => {
  it("a pending task of this turn that is due is claimed", () => {
    expect(treatment({})).toEqual({ do: "claim" });
    expect(treatment({ due: NOW })).toEqual({ do: "claim" });
  });

  it.each([
    [1, 1],
    [1000, 1],
    [1001, 2],
    [100 * 86_400_000, 43_000],
  ])(
    "a task due in %i ms is hidden for %i s, within what SQS allows, and never deleted",
    (ms, s) => {
      expect(treatment({ due: NOW + ms })).toEqual({ do: "hide", seconds: s });
    },
  );

  it("promise 1: a running task's message of this turn is never deleted; it may be the only copy", () => {
    const answer = treatment({ state: "running", leaseUntil: NOW + 10_000 });
    expect(answer).toEqual({ do: "hide", seconds: 14 });
  });

  it("a message hidden until the lease's end meets it over", () => {
    for (const left of [-SKEW_MS, -1, 0, 1, 999, 10_500]) {
      const leaseUntil = NOW + left;
      const answer = treatment({ state: "running", leaseUntil });
      if (answer.do !== "hide") throw new Error(`${answer.do} with ${left} ms left`);
      expect(answer.seconds).toBeGreaterThanOrEqual(1);
      expect(isLeaseOver(leaseUntil, NOW + answer.seconds * 1000)).toBe(true);
    }
  });

  it("promise 3: a lease is taken over only once it is over on every clock", () => {
    const running = (leaseUntil: number) => treatment({ state: "running", leaseUntil }).do;
    expect(running(NOW - SKEW_MS)).toBe("hide");
    expect(running(NOW - SKEW_MS - 1)).toBe("takeOver");
  });

  it("a message of another turn has served, whatever the task does now", () => {
    for (const state of ["pending", "running", "suspended", "succeeded"] as const) {
      expect(treatment({ state, leaseUntil: NOW + 10_000 }, 2)).toEqual({ do: "consume" });
    }
  });

  it("a message of a task that is settled, suspended or gone has served", () => {
    for (const state of ["succeeded", "failed", "cancelled", "suspended"] as const) {
      expect(treatment({ state })).toEqual({ do: "consume" });
    }
    expect(treat(undefined, { id: "x", turn: 0 }, NOW)).toEqual({ do: "consume" });
  });

  it("a permit outlasts its task's message, and that outlasts the lease and the clocks' skew", () => {
    const message = messageVisibility(DEFAULT_CONFIG);
    expect(message * 1000).toBeGreaterThan(DEFAULT_CONFIG.leaseSeconds * 1000 + SKEW_MS);
    expect(permitVisibility(DEFAULT_CONFIG)).toBeGreaterThan(message);
  });
});
