/**
 * When things happen in a play. Of a scenario's times only the order counts, so a stretch of it in
 * which asyncio did nothing is cut to one tick: most of a scenario is such stretches, and each tick
 * holds slots and a part of the machine. What lies less than a tick apart is moved apart.
 */
import { endOf, type Scenario, stepsOf, tasksOf } from "./scenario.ts";

/** Between two events, in played ticks. */
function playedGap(ticks: number): number {
  return Math.min(1, 2 * ticks);
}

/**
 * Ticks after the end in which what the scenario still runs ends: it must not end before all
 * futures were read, nor hold its slot for long.
 */
const AFTER_END = 4;

/** What the lengths of two numbers of ticks may differ by and still be the same moment. */
const ROUNDING = 1e-6;

export class Timeline {
  /** The played tick on which the scenario is over. */
  readonly end: number;
  readonly #events: readonly number[];
  /** The played tick of each event. */
  readonly #played: readonly number[];
  readonly #lastTick: number;

  constructor(scenario: Scenario) {
    this.#lastTick = endOf(scenario);
    this.#events = eventsOf(scenario);
    const played: number[] = [];
    for (const [index, event] of this.#events.entries()) {
      const gap = event - (this.#events[index - 1] ?? event);
      played.push((played[index - 1] ?? 0) + playedGap(gap));
    }
    this.#played = played;
    this.end = this.at(this.#lastTick);
  }

  /** The played tick of a tick of the scenario. */
  at(tick: number): number {
    if (tick > this.#lastTick + ROUNDING) return this.at(this.#lastTick) + AFTER_END;
    const next = this.#events.findIndex((event) => event > tick + ROUNDING);
    const index = (next === -1 ? this.#events.length : next) - 1;
    const since = Math.max(0, tick - (this.#events[index] ?? 0));
    return (this.#played[index] ?? 0) + playedGap(since);
  }

  /** Played ticks of something that begins on a tick and takes so many. */
  span(from: number, ticks: number): number {
    return this.at(from + Math.max(0, ticks)) - this.at(from);
  }
}

/** The ticks on which something may happen, in order. */
function eventsOf(scenario: Scenario): number[] {
  const steps = stepsOf(scenario).flatMap(({ at, op }) =>
    "timeout" in op && op.timeout ? [at, at + Math.max(0, op.timeout)] : [at],
  );
  const tasks = tasksOf(scenario).map(({ at, spec }) => at + spec.ticks);
  const settled = Object.values(scenario.expect.futures).map((each) => each.at ?? 0);
  const end = endOf(scenario);
  const all = [0, ...steps, ...tasks, ...settled, end].filter((each) => each <= end);
  return [...new Set(all)].sort((a, b) => a - b);
}
