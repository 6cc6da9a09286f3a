/**
 * The statements of programs, and what is wrong with one that is none.
 */
import * as z from "zod";

/** A task that a program starts. */
export interface Submitted {
  as: string;
  ticks: number;
  result?: unknown;
  error?: string;
  onCancel?: "stop" | "ignore" | "return";
}

type Returned = { var: string } | string | number | boolean | null;

export type Statement =
  | { submit: Submitted }
  | { spawn: { as: string; body: Statement[] } }
  | { let: string; await: string }
  | { let: string; gather: string[]; returnExceptions: boolean }
  | {
      let: string;
      wait: string[];
      returnWhen: "ALL_COMPLETED" | "FIRST_COMPLETED" | "FIRST_EXCEPTION";
      timeout?: number | null;
    }
  | { let: string; waitFor: string; timeout: number }
  | { let: string; shield: string }
  | { sleep: number }
  | { let: string; cancel: string }
  | { effect: string }
  | { try: Statement[]; except?: Record<string, Statement[]>; finally?: Statement[] }
  | { repeat: number; body: Statement[] }
  | { if: string; equals: unknown; then: Statement[]; else?: Statement[] }
  | { raise: string }
  | { return: Returned };

const name = z.string("use a name");
const names = z.array(name, "use a list of names");
const ticks = z.number("use a number of ticks").min(0, "use 0 or more ticks");
const block = z.array(z.unknown(), "use a list of statements");
/** Without it the value is thrown away. */
const kept = { let: name.optional() };
const returnWhen = z.enum(
  ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"],
  "use ALL_COMPLETED, FIRST_COMPLETED or FIRST_EXCEPTION",
);

/** By the field that tells a statement from others; the statements inside are looked at apart. */
const SHAPES: Readonly<Record<string, z.ZodType>> = {
  submit: z.strictObject({
    submit: z.strictObject({
      as: name,
      ticks,
      result: z.unknown().optional(),
      error: name.optional(),
      onCancel: z.enum(["stop", "ignore", "return"], "use stop, ignore or return").optional(),
    }),
  }),
  spawn: z.strictObject({ spawn: z.strictObject({ as: name, body: block }) }),
  await: z.strictObject({ ...kept, await: name }),
  gather: z.strictObject({
    ...kept,
    gather: names,
    returnExceptions: z.boolean("use true or false"),
  }),
  waitFor: z.strictObject({ ...kept, waitFor: name, timeout: ticks }),
  wait: z.strictObject({ ...kept, wait: names, returnWhen, timeout: ticks.nullish() }),
  shield: z.strictObject({ ...kept, shield: name }),
  sleep: z.strictObject({ sleep: ticks }),
  cancel: z.strictObject({ ...kept, cancel: name }),
  effect: z.strictObject({ effect: z.string("use a text") }),
  try: z.strictObject({
    try: block,
    except: z.record(z.string(), block).optional(),
    finally: block.optional(),
  }),
  repeat: z.strictObject({
    repeat: z.int("use a whole number of times").min(0, "use 0 or more times"),
    body: block,
  }),
  // biome-ignore lint/suspicious/noThenProperty: so the format has it, and nobody awaits the shape
  if: z.strictObject({ if: name, equals: z.unknown(), then: block, else: block.optional() }),
  raise: z.strictObject({ raise: name }),
  return: z.strictObject({
    return: z.union(
      [z.strictObject({ var: name }), z.string(), z.number(), z.boolean(), z.null()],
      "use a text, a number, true, false, null or {var: NAME}",
    ),
  }),
};

/** Statement lists that stand in a statement, with their places. */
export function blocksOf(statement: Statement): [place: string, block: Statement[]][] {
  const blocks: [string, Statement[] | undefined][] = [];
  if ("spawn" in statement) blocks.push(["spawn.body", statement.spawn.body]);
  else if ("repeat" in statement) blocks.push(["body", statement.body]);
  else if ("if" in statement) blocks.push(["then", statement.then], ["else", statement.else]);
  else if ("try" in statement) {
    const { except = {}, finally: last } = statement;
    blocks.push(["try", statement.try]);
    for (const [error, handler] of Object.entries(except))
      blocks.push([`except.${error}`, handler]);
    blocks.push(["finally", last]);
  }
  return blocks.flatMap(([place, block]) => (block ? [[place, block]] : []));
}

/** Why a list of statements cannot be run. @param place where it stands */
export function problemOfBlock(block: unknown, place: string): string | undefined {
  if (!Array.isArray(block)) return `${place}: use a list of statements`;
  for (const [index, each] of block.entries()) {
    const problem = problemOf(each, `${place}.${index}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOf(given: unknown, place: string): string | undefined {
  const fields = given !== null && typeof given === "object" ? given : {};
  const kind = Object.keys(SHAPES).find((each) => each in fields);
  if (kind === undefined) {
    const known = Object.keys(SHAPES).join(", ");
    return `${place}: the statement ${JSON.stringify(given)} is unknown; there are ${known}`;
  }
  const [issue] = SHAPES[kind]?.safeParse(given).error?.issues ?? [];
  if (issue) return `${[place, ...issue.path].join(".")}: ${issue.message}`;
  for (const [inside, block] of blocksOf(given as Statement)) {
    const problem = problemOfBlock(block, `${place}.${inside}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
