/**
 * What people do wrong, thousands of times: no request brings down a function, is refused without a
 * reason, or leaves something behind when it is refused (promise 8); what is accepted settles
 * (promise 1). `npm run fuzz` goes on from here.
 */
import { expect, test } from "vitest";
import { describeFinding } from "./describe.ts";
import { memoryTarget } from "./memory.ts";
import { play } from "./play.ts";

const REQUESTS = 3000;

test("generated requests to every call break no rule", { timeout: 120_000 }, async () => {
  const report = await play(memoryTarget(), { requests: REQUESTS, seed: 5 });
  expect([...report.findings].map(describeFinding)).toEqual([]);
  expect(report.requests).toBe(REQUESTS);
  // Otherwise the generator has lost its way, and only what is refused at once is tried.
  const unanswered = [...report.answers].filter(([, kinds]) => {
    const statuses = [...(kinds.get("valid")?.keys() ?? [])];
    return !statuses.some((status) => status < 300);
  });
  expect(unanswered.map(([operation]) => operation)).toEqual([]);
  expect(report.answers.size).toBe(report.operations);
  expect(report.settled).toBeGreaterThan(400);
});
