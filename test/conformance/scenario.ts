/**
 * Scenarios: small programs over futures, and what CPython's asyncio did with each. Times are in
 * ticks; the runner decides how long a tick is.
 */
import * as z from "zod";
import type { CoroutineScenario } from "./coroutines/scenario.ts";

const ticks = z.number("use a number of ticks");
const at = ticks.min(0, "use 0 or more ticks");
const name = z.string("use a name");
const of = z.array(name);
/** As asyncio's, null is no limit. */
const timeout = ticks.nullish();

const taskFields = {
  as: name,
  /** How long it runs. */
  ticks: at,
  result: z.unknown().optional(),
  /** The name of the error that it raises. */
  error: name.optional(),
  /** What it does when it is told to stop. */
  onCancel: z.enum(["stop", "ignore", "return"]).optional(),
};

const returnWhen = z.enum(["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"]).optional();

const OpSchema = z.discriminatedUnion("op", [
  z.object({ at, op: z.literal("task"), ...taskFields }),
  z.object({ at, op: z.literal("future"), as: name }),
  z.object({ at, op: z.literal("resolve"), target: name, result: z.unknown().optional() }),
  z.object({ at, op: z.literal("reject"), target: name, error: name }),
  z.object({ at, op: z.literal("cancel"), target: name }),
  z.object({ at, op: z.literal("gather"), as: name, of, returnExceptions: z.boolean().optional() }),
  z.object({ at, op: z.literal("wait"), as: name, of, returnWhen, timeout }),
  z.object({ at, op: z.literal("waitFor"), as: name, of: name, timeout }),
  z.object({ at, op: z.literal("asCompleted"), as: name, of, timeout }),
  z.object({ at, op: z.literal("shield"), as: name, of: name }),
  z.object({ at, op: z.literal("taskGroup"), as: name, tasks: z.array(z.object(taskFields)) }),
]);

const OutcomeSchema = z.object({
  state: z.enum(["pending", "succeeded", "failed", "cancelled"]),
  result: z.unknown().optional(),
  /** A name, or `{group: […]}`. */
  error: z.unknown().optional(),
  /** The tick at which it settled. */
  at: ticks.optional(),
});

export const ScenarioSchema = z.object({
  id: z.string("use a text"),
  until: at,
  ops: z.array(OpSchema),
  expect: z.object({
    futures: z.record(z.string(), OutcomeSchema),
    /** What an operation returned, or the error it was refused with; by its number, from 0. */
    ops: z.record(
      z.string(),
      z.object({ returned: z.unknown().optional(), error: z.string().optional() }),
    ),
  }),
});

export type Scenario = z.infer<typeof ScenarioSchema>;
/** What a file may hold. */
export type AnyScenario = Scenario | CoroutineScenario;
export type Op = z.infer<typeof OpSchema>;
export type Outcome = z.infer<typeof OutcomeSchema>;
export type OpOutcomes = Scenario["expect"]["ops"];
export type TaskSpec = z.infer<z.ZodObject<typeof taskFields>>;

/** The kinds of operations that are known. */
export const KINDS: readonly string[] = OpSchema.options.map((each) => each.shape.op.value);

/** An operation that is reached at `at`, which no later one precedes. */
export interface Step {
  index: number;
  at: number;
  op: Op;
}

/** Operations with the tick on which each is reached: they are performed in the order given. */
export function stepsOf({ ops }: Pick<Scenario, "ops">): Step[] {
  let latest = 0;
  return ops.map((op, index) => {
    latest = Math.max(latest, op.at);
    return { index, at: latest, op };
  });
}

/** All tasks, a group's included, with the tick on which each starts. */
export function tasksOf(scenario: Pick<Scenario, "ops">): { at: number; spec: TaskSpec }[] {
  return stepsOf(scenario).flatMap(({ at, op }) => {
    if (op.op === "task") return [{ at, spec: op }];
    return op.op === "taskGroup" ? op.tasks.map((spec) => ({ at, spec })) : [];
  });
}

/** The tick on which the scenario is over. */
export function endOf(scenario: Pick<Scenario, "ops" | "until">): number {
  return Math.max(scenario.until, stepsOf(scenario).at(-1)?.at ?? 0);
}
