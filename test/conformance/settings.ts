/**
 * How the project's own scenarios are played: steadily on two cores, within three minutes.
 */
import { slotsOf } from "./room.ts";
import type { AnyScenario } from "./scenario.ts";
import { ScenarioFileError } from "./scenarioFile.ts";

/** Milliseconds of a tick. */
export const TICK_MS = 400;

/**
 * Ticks in one of a scenario with coroutines: each await goes through queues and a process, and some
 * come one after the other within half a tick.
 */
export const TICKS_PER_COROUTINE_TICK = 5;

/** Tasks at the same time. Each is a process, whose start takes most of a second of a core. */
export const SLOTS = 20;

/** Slots that a deployment may have. */
const LEAST = 2;
const MOST = 1000;

/**
 * The slots that are of use: as many as wanted, but enough for the scenario that needs most.
 * @throws ScenarioFileError if one needs more than a deployment may have
 */
export function slotsFor(scenarios: readonly AnyScenario[], wanted: number): number {
  const needs = scenarios.map(slotsOf);
  const most = Math.max(0, ...needs);
  if (most > MOST) {
    const { id } = scenarios[needs.indexOf(most)] ?? {};
    throw new ScenarioFileError(`"${id}" runs ${most} tasks at once; at most ${MOST} can`);
  }
  const all = needs.reduce((sum, each) => sum + each, 0);
  return Math.max(LEAST, most, Math.min(wanted, all, MOST));
}
