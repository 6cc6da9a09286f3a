/**
 * Promises 1, 2, 3, 4, 7 and 8 on real parts, under kills and faults: a short run of `npm run chaos`.
 */
import { expect, test } from "vitest";
import { runChaos } from "./chaos.ts";
import { describe } from "./report.ts";

const NEVER = new AbortController().signal;

test("nothing accepted is lost and nothing settles twice while processes die and requests go wrong", async () => {
  const report = await runChaos({
    ...{ minutes: 0.15, tasks: 150, seed: 5, slots: 4, killEvery: 700, restarts: 1 },
    // A guard arrives after a minute, and a settler that dies hides it for two.
    ...{ settleWithin: 240, emptyWithin: 0 },
    ...{ enough: NEVER, abort: NEVER, onProgress: () => {} },
  });
  expect(report.violations, describe(report)).toEqual([]);
  expect(report.unjudged).toBe(0);
  expect(report.states.succeeded).toBeGreaterThan(20);
  expect(report.kills.cloud).toBe(1);
  expect(report.kills.worker).toBeGreaterThan(0);
  expect(report.faults.lostAnswers).toBeGreaterThan(0);
}, 400_000);
