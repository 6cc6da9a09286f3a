/**
 * Each scenario is run once to count the calls to ports of all processes that take part (the API,
 * the worker, the settler, the sweeper), and then again for every call and every fate that can
 * befall it. Whatever happens, it must end as it does undisturbed.
 */
import { describe, expect, it } from "vitest";
import { isTerminal, type State } from "../../core/future.ts";
import { drain } from "../support/drain.ts";
import { memoryPorts } from "../support/memoryPorts.ts";
import { FATES, type Fate, Mishap } from "../support/mortal.ts";
import { judgeAggregates, judgeObjects, watchWrites } from "../support/promises.ts";
import { SCENARIOS, type Scenario } from "./crashScenarios.ts";

/**
 * How large things are dealt with: as small ones are, or so that a member or two make a tree of
 * tallies, pages of work, and watchers in items of their own, and a kilobyte goes to the bucket.
 */
const SIZES = {
  small: {},
  large: { leafSize: 1, pageSize: 1, inlineWatchers: 0, objectBytes: 400 },
  "in twos": { leafSize: 2, pageSize: 2, inlineWatchers: 1 },
} as const;
type Size = keyof typeof SIZES;

/** @param repeats whether the caller repeats a call that was not answered, as our SDK does */
async function play(scenario: Scenario, size: Size, mishap: Mishap, repeats: boolean) {
  const ports = memoryPorts(SIZES[size]);
  const violations = watchWrites(ports);
  await scenario.prepare?.(ports);
  // Guards of what was there before are over: nothing but the calls' own effort helps it.
  await drain(ports);
  const accepted: string[] = [];
  for (const { make, accepts = [] } of scenario.calls) {
    let end = await mishap.process(ports, make);
    if (end.how !== "answered" && repeats) end = await mishap.process(ports, make);
    // A caller that repeats nothing does nothing more either.
    if (end.how !== "answered") break;
    accepted.push(...accepts);
  }
  const callsToApi = mishap.calls;
  await drain(ports, { mishap });
  violations.push(...(await judgeAggregates(ports)), ...(await judgeObjects(ports)));
  const states: Record<string, State | undefined> = {};
  for (const id of Object.keys(scenario.states)) states[id] = (await ports.store.read(id))?.state;
  for (const id of accepted) {
    const record = await ports.store.read(id);
    if (!record || !isTerminal(record)) violations.push(`${id}: promise 1: it was accepted`);
  }
  return { violations, states, callsToApi };
}

async function playAll(
  scenario: Scenario,
  size: Size,
  fate: Fate,
  repeats: boolean,
): Promise<void> {
  const counting = new Mishap();
  const undisturbed = await play(scenario, size, counting, repeats);
  expect(undisturbed, "undisturbed").toMatchObject({ violations: [], states: scenario.states });
  // Once the calls were answered it does not matter whether they would have been repeated.
  const last = repeats ? counting.calls : undisturbed.callsToApi;
  expect(last).toBeGreaterThan(0);
  for (let at = 1; at <= last; at += 1) {
    const mishap = new Mishap(at, fate);
    const { violations, states } = await play(scenario, size, mishap, repeats);
    const where = `${mishap.happened} (change ${at} of ${counting.calls})`;
    expect(mishap.happened, `call ${at}`).toBeDefined();
    expect(violations, where).toEqual([]);
    if (repeats) expect(states, where).toEqual(scenario.states);
  }
}

describe.each(SCENARIOS)("promises 1 to 4, $name", (scenario) => {
  describe.each(Object.keys(SIZES) as Size[])("dealt with as %s", (size) => {
    it.each(FATES)("one process %s each call in turn, and its caller repeats", (fate) =>
      playAll(scenario, size, fate, true),
    );

    it.each(FATES)("one process %s each call in turn, and its caller is gone", (fate) =>
      playAll(scenario, size, fate, false),
    );
  });
});
