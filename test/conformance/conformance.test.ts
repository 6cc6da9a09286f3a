/**
 * Futures settle as CPython's asyncio settles them, scenario by scenario.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { hasCoroutines } from "./coroutines/scenario.ts";
import { judge, type Verdict } from "./judge.ts";
import { describeFailure, describeReplay } from "./report.ts";
import { OURS, readScenarios } from "./scenarioFile.ts";
import { SLOTS, slotsFor, TICK_MS } from "./settings.ts";

/**
 * Of those with coroutines one in so many: they take several minutes, and virtual.test.ts plays
 * all. `npm run conformance` plays all here too.
 */
const ONE_IN = 12;

const all = OURS.flatMap(readScenarios);
const programs = all.filter(hasCoroutines).filter((_, index) => index % ONE_IN === 0);
// First: they take longest, and leave slots to the others meanwhile.
const scenarios = [...programs, ...all.filter((each) => !hasCoroutines(each))];
const replays: string[] = [];
let verdicts: readonly Verdict[] = [];

beforeAll(async () => {
  verdicts = await judge(scenarios, {
    tick: TICK_MS,
    slots: slotsFor(scenarios, SLOTS),
    onReplay: (verdict) => replays.push(describeReplay(verdict)),
  });
});

afterAll(() => {
  if (replays.length > 0) console.log(replays.join("\n"));
});

for (const [index, { id }] of scenarios.entries()) {
  test(id, () => {
    const verdict = verdicts[index];
    if (!verdict) expect.fail("It was not played.");
    if (verdict.differences.length > 0) expect.fail(describeFailure(verdict));
  });
}
