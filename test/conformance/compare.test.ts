import { expect, test } from "vitest";
import { compare } from "./compare.ts";
import type { Outcome } from "./scenario.ts";

const done = (at: number, result: unknown = null): Outcome => ({ state: "succeeded", result, at });

const judged = (
  expected: Record<string, Outcome>,
  futures: Record<string, Outcome>,
  ops: object = {},
) => compare({ expect: { futures: expected, ops: {} } }, { futures, ops: { ...ops } });

test("of times only the order counts", () => {
  expect(judged({ a: done(1), b: done(2) }, { a: done(7), b: done(9) })).toEqual([]);
});

test("an order that differs is a difference", () => {
  expect(judged({ a: done(1), b: done(2) }, { a: done(9), b: done(7) })).toEqual([
    { what: "the order", expected: ["a", "b"], actual: ["b", "a"] },
  ]);
});

test("what came on one tick may come in either order", () => {
  expect(judged({ a: done(2), b: done(2.25) }, { a: done(9), b: done(7) })).toEqual([]);
});

test("a future that should be pending and is not, or is missing, is a difference", () => {
  const pending = { state: "pending" } as const;
  const [first, second] = judged({ a: pending, b: pending }, { a: done(1) });
  expect(first).toEqual({
    what: "a",
    expected: pending,
    actual: { state: "succeeded", result: null },
  });
  expect(second).toEqual({ what: "b", expected: pending, actual: { state: "missing" } });
});

test("a refusal that asyncio did not make is a difference", () => {
  const refused = { 3: { error: "RequestError" } };
  expect(judged({}, {}, refused)).toEqual([
    { what: "op 3", expected: undefined, actual: refused[3] },
  ]);
});

test("an effect that came twice, in another order or not at all is a difference", () => {
  const expected = { futures: {}, ops: {}, effects: { k: ["a", "b"], idle: [] } };
  const differ = (effects: Record<string, string[]>) =>
    compare({ expect: expected }, { ...expected, effects }).map(({ what }) => what);
  expect(differ({ k: ["a", "b"], idle: [] })).toEqual([]);
  expect(differ({ k: ["a", "a", "b"], idle: [] })).toEqual(["the effects of k"]);
  expect(differ({ k: ["b", "a"] })).toEqual(["the effects of k", "the effects of idle"]);
});
