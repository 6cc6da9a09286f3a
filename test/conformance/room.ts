/**
 * Which scenarios may begin: tasks must find a slot at once, as in asyncio all run at once.
 */
import { type Scenario, tasksOf } from "./scenario.ts";
import { Timeline } from "./timeline.ts";

/** A task's claim on a slot, in played ticks. */
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

  /** Takes the slots that the scenario will need, if they are free whenever it needs them. */
  take(scenario: Scenario, now: number): boolean {
    const added = runsOf(scenario, now);
    this.#runs = this.#runs.filter(({ to }) => to > now);
    const all = [...this.#runs, ...added];
    if (mostAtOnce(all) > this.#slots) return false;
    this.#runs = all;
    return true;
  }
}

/** Slots that a scenario needs. */
export function slotsOf(scenario: Scenario): number {
  return mostAtOnce(runsOf(scenario, 0));
}

function mostAtOnce(runs: readonly Run[]): number {
  const at = (tick: number) => runs.filter(({ from, to }) => from <= tick && tick < to).length;
  return Math.max(0, ...runs.map(({ from }) => at(from)));
}

function runsOf(scenario: Scenario, begin: number): Run[] {
  const timeline = new Timeline(scenario);
  return tasksOf(scenario).map(({ at, spec }) => {
    const ends = scenario.expect.futures[spec.as]?.at ?? at + spec.ticks;
    return {
      from: begin + timeline.at(at),
      to: begin + timeline.at(ends) + AFTERMATH_TICKS,
    };
  });
}
