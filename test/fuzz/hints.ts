/**
 * What the document cannot say: which futures and tasks there are. Without that nearly every
 * request would be about a future that does not exist.
 */
import fc from "fast-check";
import { DEFAULT_BANDS } from "../../core/bands.ts";
import { DEFAULT_POOL } from "../../core/pools.ts";
import type { Schema } from "./document.ts";
import { FIXTURES, TASKS, TOKEN } from "./fixtures.ts";
import { leaf, type Tree } from "./tree.ts";

/** By the field's or parameter's name. */
export type Hints = Readonly<Record<string, (schema: Schema) => fc.Arbitrary<Tree> | undefined>>;

/** Ids for new futures: few, so that they meet again. */
const NEW = Array.from({ length: 12 }, (_, index) => `new-${index}`);

/** Ids that may exist: those of the fixtures, those that requests made, and their members'. */
const existing = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...FIXTURES) },
  { weight: 3, arbitrary: fc.constantFrom(...NEW) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...NEW, ...FIXTURES), fc.nat(2))
      .map((each) => each.join(".")),
  },
);

/** The fixtures that a call is made for. */
const MADE_FOR: readonly [path: RegExp, fixtures: RegExp][] = [
  [/\/members$/, /^(tasks|futures)-/],
  [/\/seal$/, /^(tasks|futures)-/],
  [/\/settle$/, /^promise-/],
  [/^\/approvals/, /^approval-/],
  [/\/results$/, /^(wait|batch|futures-)/],
];

function idsFor(path: string): fc.Arbitrary<string> {
  const [, fixtures] = MADE_FOR.find(([each]) => each.test(path)) ?? [];
  if (!fixtures) return existing;
  const made = fc.constantFrom(...FIXTURES.filter((each) => fixtures.test(each)));
  return fc.oneof({ weight: 3, arbitrary: made }, { weight: 1, arbitrary: existing });
}

/** Mostly those that meet again. */
function newIds({ pattern = "" }: Schema): fc.Arbitrary<string> {
  const any = fc.stringMatching(new RegExp(pattern));
  return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NEW) }, { weight: 1, arbitrary: any });
}

/** Callers' ids hold no dot, ids of futures that exist may. */
const mayExist = ({ pattern = "" }: Schema) => pattern.includes(".");

/**
 * @param path of the operation
 * @param maxWaitSeconds the longest that a read is to be held
 */
export function hints(path: string, maxWaitSeconds: number): Hints {
  const one = (values: fc.Arbitrary<unknown>) => (schema: Schema) =>
    values.map((each) => leaf(each, schema));
  return {
    id: (schema) => one(mayExist(schema) ? idsFor(path) : newIds(schema))(schema),
    of: (schema) => (schema.type === "string" ? one(existing)(schema) : undefined),
    ids: one(fc.array(existing, { minLength: 1, maxLength: 5 }).map((each) => each.join(","))),
    band: one(fc.constantFrom(...DEFAULT_BANDS.map(({ name }) => name))),
    pool: one(fc.constant(DEFAULT_POOL)),
    task: one(fc.constantFrom(...TASKS)),
    token: (schema) => (schema.type === "string" ? one(fc.constant(TOKEN))(schema) : undefined),
    wait: one(fc.constantFrom(0, maxWaitSeconds)),
    start: one(fc.constantFrom(0, 0, 0, 1, 2, 250)),
    size: one(fc.constantFrom(0, 1, 2, 3, 251)),
    timeoutSeconds: one(fc.constantFrom(0, 0.5, 1, 30, 825)),
  };
}
