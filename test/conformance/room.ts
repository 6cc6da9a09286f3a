/**
 * Which scenarios may begin: tasks must find a slot at once, as in asyncio all run at once.
 */
import { type CoroutineScenario, hasCoroutines, lastOf, madeBy } from "./coroutines/scenario.ts";
import { type AnyScenario, type Scenario, tasksOf } from "./scenario.ts";
import { Timeline } from "./timeline.ts";

/** A task's claim on a slot, in played ticks or milliseconds. */
interface Run {
  from: number;
  to: number;
}

/** Ticks for which a slot may still be in use after its task has settled. */
const AFTERMATH_TICKS = 0.5;

export class Room {
  readonly #slots: number;
  #runs: Run[] = [];

  constructor(slots: number) {
    this.#slots = slots;
  }

  /**
   * Takes the slots that the scenario will need, if they are free whenever it needs them.
   * @param now in milliseconds
   * @param tick milliseconds of a tick
   */
  take(scenario: AnyScenario, now: number, tick: number): boolean {
    const added = runsOf(scenario).map(({ from, to }) => ({
      from: now + from * tick,
      to: now + to * tick,
    }));
    this.#runs = this.#runs.filter(({ to }) => to > now);
    const all = [...this.#runs, ...added];
    if (mostAtOnce(all) > this.#slots) return false;
    this.#runs = all;
    return true;
  }
}

/** Slots that a scenario needs. */
export function slotsOf(scenario: AnyScenario): number {
  return mostAtOnce(runsOf(scenario));
}

function mostAtOnce(runs: readonly Run[]): number {
  const at = (tick: number) => runs.filter(({ from, to }) => from <= tick && tick < to).length;
  return Math.max(0, ...runs.map(({ from }) => at(from)));
}

function runsOf(scenario: AnyScenario): Run[] {
  return hasCoroutines(scenario) ? runsOfPrograms(scenario) : runsOfTasks(scenario);
}

function runsOfTasks(scenario: Scenario): Run[] {
  const timeline = new Timeline(scenario);
  return tasksOf(scenario).map(({ at, spec }) => {
    const ends = scenario.expect.futures[spec.as]?.at ?? at + spec.ticks;
    return { from: timeline.at(at), to: timeline.at(ends) + AFTERMATH_TICKS };
  });
}

/**
 * Of a program's task it is known when it ends, and that it began no earlier than its length before.
 * Coroutines hold no slot while they wait, and are awake for a moment only, so one slot serves them.
 */
function runsOfPrograms(scenario: CoroutineScenario): Run[] {
  const end = lastOf(scenario) + AFTERMATH_TICKS;
  const tasks = madeBy(scenario.ops).tasks.flatMap(({ as, ticks }) => {
    const future = scenario.expect.futures[as];
    if (!future) return [];
    const to = future.at ?? end;
    return [{ from: Math.max(0, to - ticks), to: to + AFTERMATH_TICKS }];
  });
  return [{ from: 0, to: end }, ...tasks];
}
