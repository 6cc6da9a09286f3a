/**
 * Which tasks a cancellation may reach. They look for one many times a tick, so that they stop on
 * the tick on which asyncio's would; the others look now and then, which is enough to show that
 * one came which should not have.
 */
import { type Scenario, stepsOf, tasksOf } from "./scenario.ts";

/** Names of the tasks that may be told to stop while they run, and would heed it. */
export function reachable(scenario: Scenario): Set<string> {
  const members = new Map<string, readonly string[]>();
  const earliest = new Map<string, number>();
  const reach = (name: string, at: number) => {
    if (at >= (earliest.get(name) ?? Number.POSITIVE_INFINITY)) return;
    earliest.set(name, at);
    for (const member of members.get(name) ?? []) reach(member, at);
  };
  for (const { at, op } of stepsOf(scenario)) {
    if (op.op === "cancel") reach(op.target, at);
    if (op.op === "gather") members.set(op.as, op.of);
    if (op.op === "waitFor") {
      members.set(op.as, [op.of]);
      if (typeof op.timeout === "number") reach(op.of, at + op.timeout);
    }
    if (op.op === "taskGroup") {
      members.set(
        op.as,
        op.tasks.map((each) => each.as),
      );
      // The first to fail has the others stopped.
      const failures = op.tasks.flatMap((each) => (each.error === undefined ? [] : [each.ticks]));
      for (const each of op.tasks) reach(each.as, at + Math.min(...failures));
    }
  }
  const reached = tasksOf(scenario).filter(({ at, spec }) => {
    const told = earliest.get(spec.as) ?? Number.POSITIVE_INFINITY;
    return spec.onCancel !== "ignore" && told < at + spec.ticks;
  });
  return new Set(reached.map(({ spec }) => spec.as));
}
