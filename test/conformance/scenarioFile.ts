/**
 * Reads files of scenarios. Nothing in them is trusted: what cannot be played is refused before
 * anything starts, naming the file, the scenario and what is wrong with it.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ZodError } from "zod";
import {
  COROUTINE_KINDS,
  CoroutineScenarioSchema,
  problemOfPrograms,
} from "./coroutines/scenario.ts";
import { type AnyScenario, KINDS, type Scenario, ScenarioSchema } from "./scenario.ts";

/** The project's own scenarios. */
export const OURS = ["asyncio", "random", "coroutines"].map((name) =>
  fileURLToPath(new URL(`./scenarios/${name}.json`, import.meta.url)),
);

/** A file that holds no scenarios that could be played. */
export class ScenarioFileError extends Error {
  override name = "ScenarioFileError";
}

/** @throws ScenarioFileError */
export function readScenarios(file: string): AnyScenario[] {
  const list = parse(file);
  if (!Array.isArray(list)) throw refused(file, "it is no list of scenarios");
  return list.map((each: unknown, index) => {
    const problem = problemOf(each);
    if (problem === undefined) return each as AnyScenario;
    throw refused(file, `scenario ${labelOf(each, index)}: ${problem}`);
  });
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw refused(file, error instanceof Error ? error.message : String(error));
  }
}

function refused(file: string, why: string): ScenarioFileError {
  return new ScenarioFileError(`${file}: ${why}`);
}

function labelOf(given: unknown, index: number): string {
  const { id } = (given ?? {}) as { id?: unknown };
  return typeof id === "string" ? `"${id}"` : `number ${index} (from 0)`;
}

/** Why a scenario cannot be played. */
function problemOf(given: unknown): string | undefined {
  const { ops, expect } = (given ?? {}) as { ops?: unknown; expect?: unknown };
  const kinds = (Array.isArray(ops) ? ops : []).map(
    (each) => (each as { op?: unknown } | null)?.op,
  );
  const isProgram = kinds.includes("coroutine");
  const unknown = kinds.find((kind) => kind !== "coroutine" && !KINDS.includes(kind as string));
  if (unknown !== undefined || kinds.includes(undefined)) {
    const known = ["coroutine", ...KINDS].join(", ");
    return `the op ${JSON.stringify(unknown)} is unknown; there are ${known}`;
  }
  const odd = isProgram && kinds.find((kind) => !COROUTINE_KINDS.includes(kind as string));
  if (odd) {
    const allowed = COROUTINE_KINDS.join(", ");
    return `the op "${odd}" cannot stand beside coroutines; there can be ${allowed}`;
  }
  if (expect === undefined) return "it says nothing of what to expect";
  if (isProgram) {
    const parsed = CoroutineScenarioSchema.safeParse(given);
    return parsed.success ? problemOfPrograms(parsed.data) : describe(parsed.error);
  }
  const parsed = ScenarioSchema.safeParse(given);
  return parsed.success ? problemOfNames(parsed.data) : describe(parsed.error);
}

function describe({ issues }: ZodError): string {
  const [first] = issues;
  return `${first?.path.join(".")}: ${first?.message}`;
}

/** Each name is given once, before it is used; and is that of a future that asyncio made. */
function problemOfNames({ ops, expect }: Scenario): string | undefined {
  const known = new Set<string>();
  for (const [index, op] of ops.entries()) {
    const used = "target" in op ? [op.target] : "of" in op ? [op.of].flat() : [];
    const unknown = used.find((name) => !known.has(name));
    if (unknown !== undefined)
      return `op ${index} names "${unknown}", which nothing before it made`;
    const given = "as" in op ? [op.as, ...("tasks" in op ? op.tasks.map(({ as }) => as) : [])] : [];
    for (const name of given) {
      if (known.has(name)) return `op ${index} makes "${name}", a name that is taken`;
      known.add(name);
    }
  }
  const odd = Object.keys(expect.futures).find((name) => !known.has(name));
  return odd === undefined ? undefined : `it expects something of "${odd}", which no op makes`;
}
