/**
 * Whether what happened is what asyncio did: states, results, errors, answers of operations, and
 * the order in which futures settled.
 */
import { isDeepStrictEqual } from "node:util";
import type { Effects } from "./coroutines/scenario.ts";
import type { OpOutcomes, Outcome } from "./scenario.ts";

/** What happened, or should have. */
export interface Happened {
  futures: Readonly<Record<string, Outcome>>;
  ops: OpOutcomes;
  /** The side effects of each coroutine, in order. */
  effects?: Effects;
}

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

export function compare({ expect }: { expect: Happened }, played: Happened): Difference[] {
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
  const effects = [expect.effects ?? {}, played.effects ?? {}] as const;
  for (const name of new Set(effects.flatMap((each) => Object.keys(each)))) {
    check(`the effects of ${name}`, effects[0][name], effects[1][name]);
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
