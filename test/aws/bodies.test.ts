import { expect, it } from "vitest";
import { parsePermit, parseSeeTo } from "../../aws/sqs/bodies.ts";
import type { Permit, SeeTo } from "../../core/ports.ts";

/** One of each: a kind that is missing here is no kind to the compiler. */
const WORKS: Record<NonNullable<SeeTo["work"]>, true> = {
  ...{ cancel: true, withdraw: true, move: true, lend: true },
  ...{ reconcile: true, tell: true, notify: true },
};

it.each(Object.keys(WORKS) as (keyof typeof WORKS)[])(
  "a page of the work %s is not taken for a word about its future alone",
  (work) => {
    const body: SeeTo = { id: "future", work, page: 3 };
    expect(parseSeeTo(JSON.stringify(body))).toEqual(body);
  },
);

it("what somebody else writes into a message is no work of ours", () => {
  expect(parseSeeTo('{"id":"future","work":"toString"}')).toEqual({ id: "future" });
  expect(parseSeeTo('{"id":"future","work":["cancel"]}')).toEqual({ id: "future" });
});

it("a permit keeps how many are missing, unless that would ring for ever", () => {
  const permit: Permit = { band: 2, backlog: 1_800_000_000_000, missing: 7 };
  expect(parsePermit(JSON.stringify(permit))).toEqual(permit);
  for (const missing of [-1, 0.5, 1e9, "7"]) {
    expect(parsePermit(JSON.stringify({ band: 2, missing }))).toEqual({ band: 2 });
  }
});
