/**
 * Generated requests over HTTP to a whole deployment: what DynamoDB, SQS and Lambda refuse shows
 * only here. The thousands are test/fuzz's.
 */
import { expect, test } from "vitest";
import { cloudTarget } from "../fuzz/cloud.ts";
import { describeFinding } from "../fuzz/describe.ts";
import { play } from "../fuzz/play.ts";

const REQUESTS = 250;

test("no request breaks a rule, and what was accepted settles", async () => {
  const target = await cloudTarget();
  try {
    const report = await play(target, { requests: REQUESTS, seed: 11 });
    expect([...report.findings].map(describeFinding)).toEqual([]);
    expect(report.requests).toBe(REQUESTS);
    expect(report.settled).toBeGreaterThan(30);
  } finally {
    await target.stop();
  }
});
