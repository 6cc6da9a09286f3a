/**
 * The operations of scenarios, as calls of the SDK.
 */
import { type Forerun, task } from "../../client/index.ts";
import type { Op, Step, TaskSpec } from "./scenario.ts";
import { body, rarelyLooking } from "./tasks.ts";
import type { Timeline } from "./timeline.ts";

/** A scenario's names and the ids that stand for them. */
export interface Naming {
  idOf(name: string): string;
  /** The id of the future that asyncio has under this name, where it has it under two. */
  identityOf(name: string): string;
  nameOf(id: string): string;
}

/** What a play goes on with. */
export interface Stage {
  forerun: Forerun;
  /** Milliseconds of a tick. */
  tick: number;
  timeline: Timeline;
  names: Naming;
  /** Names of tasks that a cancellation may reach. */
  reachable: ReadonlySet<string>;
}

/** Scenarios have no priorities: all is urgent. */
const PRIORITY = 0;

/** Performs an operation, or several that start tasks at the same time, and gives what it returns. */
export async function perform(steps: readonly [Step, ...Step[]], stage: Stage): Promise<unknown> {
  const [first] = steps;
  if (first.op.op !== "task") return performOne(first.op, first.at, stage);
  const calls = steps.flatMap(({ op, at }) =>
    op.op === "task" ? [callOf(op, at, stage, stage.names.idOf(op.as))] : [],
  );
  return stage.forerun.submitBatch(calls);
}

function performOne(
  op: Exclude<Op, { op: "task" }>,
  at: number,
  stage: Stage,
): PromiseLike<unknown> {
  const { forerun, names, timeline, tick } = stage;
  const { idOf, identityOf } = names;
  const limit = (ticks: number | null | undefined) =>
    typeof ticks === "number" ? { timeoutSeconds: (timeline.span(at, ticks) * tick) / 1000 } : {};
  switch (op.op) {
    case "future":
      return forerun.promise({ id: idOf(op.as) });
    case "resolve":
      return forerun.promiseOf(idOf(op.target)).settle(op.result);
    case "reject": {
      const error = Object.assign(new Error(op.error), { name: op.error });
      return forerun.promiseOf(idOf(op.target)).reject(error);
    }
    case "cancel":
      return forerun.future(idOf(op.target)).cancel();
    case "gather": {
      const of = op.of.map(idOf);
      const id = idOf(op.as);
      return op.returnExceptions
        ? forerun.gather(of, { id, returnExceptions: true })
        : forerun.gather(of, { id });
    }
    case "wait": {
      const { returnWhen, timeout } = op;
      const of = op.of.map(identityOf);
      return forerun.wait(of, { id: idOf(op.as), returnWhen, ...limit(timeout) });
    }
    case "waitFor":
      return forerun.waitFor(idOf(op.of), { id: idOf(op.as), ...limit(op.timeout) });
    case "asCompleted": {
      const of = op.of.map(identityOf);
      return forerun.asCompleted(of, { id: idOf(op.as), ...limit(op.timeout) });
    }
    case "shield":
      return forerun.shield(idOf(op.of), { id: idOf(op.as) });
    case "taskGroup":
      return forerun.taskGroup(
        op.tasks.map((each) => callOf(each, at, stage)),
        { id: idOf(op.as) },
      );
  }
}

/** @param id members of a task group get derived ones */
function callOf(spec: TaskSpec, at: number, stage: Stage, id?: string) {
  const { ticks, result, error, onCancel = "stop" } = spec;
  const milliseconds = stage.timeline.span(at, ticks) * stage.tick;
  const definition = stage.reachable.has(spec.as) ? body : rarelyLooking;
  return task(definition, { milliseconds, result, error, onCancel }, { id, priority: PRIORITY });
}
