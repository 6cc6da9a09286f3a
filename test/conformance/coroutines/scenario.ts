/**
 * Scenarios with coroutines: programs that await, and what CPython's asyncio did with each.
 */
import * as z from "zod";
import { type AnyScenario, type Outcome, ScenarioSchema } from "../scenario.ts";
import { blocksOf, problemOfBlock, type Statement, type Submitted } from "./statement.ts";

const at = z.number("use a number of ticks").min(0, "use 0 or more ticks");
const name = z.string("use a name");

const OpSchema = z.discriminatedUnion("op", [
  z.object({
    at,
    op: z.literal("coroutine"),
    as: name,
    body: z.custom<Statement[]>(Array.isArray, "use a list of statements"),
  }),
  z.object({
    at,
    op: z.literal("gather"),
    as: name,
    of: z.array(name),
    returnExceptions: z.boolean().optional(),
  }),
  z.object({ at, op: z.literal("cancel"), target: name }),
]);

export const CoroutineScenarioSchema = ScenarioSchema.extend({
  ops: z.array(OpSchema),
  expect: ScenarioSchema.shape.expect.extend({
    /** The side effects of each coroutine, in order. */
    effects: z.record(
      z.string(),
      z.array(z.string("use a text")),
      "use the side effects of each coroutine",
    ),
  }),
});

export type CoroutineScenario = z.infer<typeof CoroutineScenarioSchema>;
export type Effects = CoroutineScenario["expect"]["effects"];

/** The kinds of operations that may stand beside coroutines. */
export const COROUTINE_KINDS: readonly string[] = OpSchema.options.map(
  (each) => each.shape.op.value,
);

export function hasCoroutines(scenario: AnyScenario): scenario is CoroutineScenario {
  return scenario.ops.some(({ op }) => op === "coroutine");
}

/** Why its programs cannot be run. */
export function problemOfPrograms({ ops, expect }: CoroutineScenario): string | undefined {
  const made = new Set<string>();
  for (const [index, op] of ops.entries()) {
    const used = op.op === "cancel" ? [op.target] : op.op === "gather" ? op.of : [];
    const unknown = used.find((each) => !made.has(each));
    if (unknown !== undefined) {
      return `op ${index} names "${unknown}", which nothing before it made`;
    }
    if (op.op === "cancel") continue;
    if (made.has(op.as)) return `op ${index} makes "${op.as}", a name that is taken`;
    made.add(op.as);
    const problem = op.op === "coroutine" && problemOfBlock(op.body, `ops.${index}.body`);
    if (problem) return problem;
  }
  const { tasks, coroutines } = madeBy(ops);
  const all = new Set([...made, ...coroutines, ...tasks.map(({ as }) => as)]);
  const odd = [...Object.keys(expect.futures), ...Object.keys(expect.effects)].find(
    (each) => !all.has(each),
  );
  return odd === undefined ? undefined : `it expects something of "${odd}", which nothing makes`;
}

/** All that the programs may start. */
export function madeBy(ops: CoroutineScenario["ops"]): {
  tasks: Submitted[];
  coroutines: string[];
} {
  const tasks: Submitted[] = [];
  const coroutines: string[] = [];
  const look = (block: readonly Statement[]) => {
    for (const each of block) {
      if ("submit" in each) tasks.push(each.submit);
      if ("spawn" in each) coroutines.push(each.spawn.as);
      for (const [, inside] of blocksOf(each)) look(inside);
    }
  };
  for (const op of ops) {
    if (op.op !== "coroutine") continue;
    coroutines.push(op.as);
    look(op.body);
  }
  return { tasks, coroutines };
}

/** The tick after which nothing more is expected to happen. */
export function lastOf({ ops, expect }: CoroutineScenario): number {
  const settled = Object.values(expect.futures).map(({ at = 0 }: Outcome) => at);
  return Math.max(0, ...settled, ...ops.map((each) => each.at));
}
