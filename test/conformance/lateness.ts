/**
 * Lateness: what shows that the machine did not keep up with the tick. It is seen in what does not
 * depend on the rules that are judged: when calls were answered, when tasks started, how much longer
 * than asked they took.
 */
import type { Future } from "../../client/index.ts";
import type { Clock } from "./outcome.ts";
import { type Scenario, tasksOf } from "./scenario.ts";
import type { Timeline } from "./timeline.ts";

/** Ticks of delay, by what was delayed. */
export type Lateness = Readonly<Record<string, number>>;

/** So many ticks are late: events that are less than a tick apart may come in another order then. */
export const LATE_TICKS = 0.3;

/** What of it was really late, the latest first. */
export function lateOf(late: Lateness): [what: string, ticks: number][] {
  return Object.entries(late)
    .filter(([, ticks]) => ticks > LATE_TICKS)
    .sort(([, a], [, b]) => b - a);
}

/** How late tasks started and, if nothing stopped them, ended. */
export function lateTasks(
  scenario: Scenario,
  views: ReadonlyMap<string, Future>,
  { begun, tick, timeline }: Clock & { timeline: Timeline },
): Lateness {
  const late: Record<string, number> = {};
  for (const { at, spec } of tasksOf(scenario)) {
    const view = views.get(spec.as);
    if (!view?.startedAt) continue;
    const started = (Date.parse(view.startedAt) - begun) / tick;
    late[`the start of ${spec.as}`] = started - timeline.at(at);
    if (!endedByItself(view) || view.settledAt === undefined) continue;
    const ended = (Date.parse(view.settledAt) - begun) / tick;
    late[`the end of ${spec.as}`] = ended - started - timeline.span(at, spec.ticks);
  }
  return late;
}

/** Nothing has stopped it. */
export function endedByItself({ state, result }: Future): boolean {
  return state === "failed" || (state === "succeeded" && result !== "cancelled-but-returned");
}
