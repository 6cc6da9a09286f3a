/**
 * Whether what happened is what asyncio did: states, results, errors, answers of operations, and
 * the order in which futures settled.
 */
import { isDeepStrictEqual } from "node:util";
import type { Played } from "./play.ts";
import type { Outcome, Scenario } from "./scenario.ts";

export interface Difference {
  what: string;
  expected: unknown;
  actual: unknown;
}

/**
 * What asyncio did on ticks closer than this may come in either order: outcomes are known to stay
 * the same when each time is moved by up to 0.15 ticks, and so two may move by this.
 */
const SAME_TICK = 0.3;

/** In place of what is not there. */
const MISSING = { state: "missing" };

export function compare(
  { expect }: Pick<Scenario, "expect">,
  played: Pick<Played, "futures" | "ops">,
): Difference[] {
  const differences: Difference[] = [];
  const check = (what: string, expected: unknown, actual: unknown) => {
    if (!isDeepStrictEqual(actual, expected)) differences.push({ what, expected, actual });
  };
  for (const [name, expected] of Object.entries(expect.futures)) {
    const actual = played.futures[name];
    check(name, withoutTime(expected), actual ? withoutTime(actual) : MISSING);
  }
  for (const index of new Set([...Object.keys(expect.ops), ...Object.keys(played.ops)])) {
    check(`op ${index}`, expect.ops[index], played.ops[index]);
  }
  return differences.length > 0 ? differences : orderDifferences(expect.futures, played.futures);
}

function withoutTime({ at: _, ...outcome }: Outcome) {
  return outcome;
}

function orderDifferences(
  expected: Readonly<Record<string, Outcome>>,
  actual: Readonly<Record<string, Outcome>>,
): Difference[] {
  const names = Object.keys(expected).filter((name) => expected[name]?.at !== undefined);
  const expectedAt = (name: string) => expected[name]?.at ?? 0;
  const actualAt = (name: string) => actual[name]?.at ?? 0;
  const pairs = names.flatMap((first) => names.map((second) => [first, second] as const));
  return pairs
    .filter(
      ([first, second]) =>
        expectedAt(first) + SAME_TICK <= expectedAt(second) && actualAt(first) > actualAt(second),
    )
    .map(([first, second]) => ({
      what: "the order",
      expected: [first, second],
      actual: [second, first],
    }));
}
