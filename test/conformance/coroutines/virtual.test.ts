/**
 * Coroutines end, and do what they do to the world, as CPython's asyncio has it; and so they do if
 * their process dies each time that they are suspended.
 */
import { describe, expect, it } from "vitest";
import { compare } from "../compare.ts";
import { OURS, readScenarios } from "../scenarioFile.ts";
import { hasCoroutines } from "./scenario.ts";
import { playVirtually } from "./virtual.ts";

const only = process.env.ONLY?.split(",");
const scenarios = OURS.flatMap(readScenarios)
  .filter(hasCoroutines)
  .filter(({ id }) => !only || only.includes(id));

describe.each([
  { how: "without crashes", crash: false },
  { how: "with a crash after every suspension", crash: true },
])("in virtual time, $how", ({ crash }) => {
  it.each(scenarios)("$id", async (scenario) => {
    const played = await playVirtually(scenario, { crash });
    expect(compare(scenario, played)).toEqual([]);
  });
});
