/**
 * Values that fit a schema of the document, with those at its limits more often than chance would
 * have it. (The libraries that make arbitraries from JSON Schema know no draft 2020-12, or are
 * archived; this is the part that the document uses.)
 */
import fc from "fast-check";
import type { Schema } from "./document.ts";
import type { Hints } from "./hints.ts";
import { leaf, type Tree } from "./tree.ts";

/** Items of a list, unless its limit is what is tried. */
const FEW = 4;

/** @param name of the field, for which there may be hints */
export function fitting(schema: Schema, hints: Hints, name = ""): fc.Arbitrary<Tree> {
  return hints[name]?.(schema) ?? plainly(schema, hints, name);
}

function plainly(schema: Schema, hints: Hints, name: string): fc.Arbitrary<Tree> {
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return fc.oneof(...either.map((each) => fitting(each, hints, name)));
  if (schema.enum) return fc.constantFrom(...schema.enum).map((each) => leaf(each, schema));
  const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? ["any"]);
  return fc.oneof(...types.map((type) => ofType(type, schema, hints, name)));
}

function ofType(type: string, schema: Schema, hints: Hints, name: string): fc.Arbitrary<Tree> {
  switch (type) {
    case "object":
      return object(schema, hints);
    case "array":
      return list(schema, hints, name);
    case "string":
      return string(schema).map((each) => leaf(each, schema));
    case "integer":
      return whole(schema).map((each) => leaf(each, schema));
    case "number":
      return number(schema).map((each) => leaf(each, schema));
    case "boolean":
      return fc.boolean().map((each) => leaf(each, schema));
    case "null":
      return fc.constant(leaf(null, schema));
    default:
      return fc.json({ maxDepth: 2 }).map((text) => ({ text, schema }));
  }
}

function object(schema: Schema, hints: Hints): fc.Arbitrary<Tree> {
  const { properties = {}, required = [] } = schema;
  const members = Object.entries(properties).map(([key, each]) => {
    const value = fitting(each, hints, key).map((tree) => [key, tree] as const);
    return required.includes(key) ? value : fc.option(value, { nil: undefined, freq: 2 });
  });
  return fc.tuple(...members).map((all) => ({
    members: all.filter((each) => each !== undefined),
    schema,
  }));
}

function list(schema: Schema, hints: Hints, name: string): fc.Arbitrary<Tree> {
  const { items = {}, minItems = 0, maxItems = 1000 } = schema;
  const item = fitting(items, hints, name);
  const few = fc.array(item, { minLength: minItems, maxLength: Math.min(FEW, maxItems) });
  // As many as there may be, all alike: they only cost time.
  const full = item.map((each) => Array.from({ length: maxItems }, () => each));
  return fc
    .oneof({ weight: 60, arbitrary: few }, { weight: 1, arbitrary: full })
    .map((each) => ({ items: each, schema }));
}

function string({ pattern, minLength = 0, maxLength = 60 }: Schema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: "grapheme", minLength, maxLength: Math.min(maxLength, 60) });
}

function whole({ minimum = -(2 ** 53), maximum = 2 ** 53 - 1 }: Schema): fc.Arbitrary<number> {
  const small = fc.integer({ min: Math.max(minimum, -2), max: Math.min(maximum, 20) });
  return fc.oneof(
    { weight: 6, arbitrary: small },
    { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) },
  );
}

function number(schema: Schema): fc.Arbitrary<number> {
  const { exclusiveMinimum, minimum = exclusiveMinimum ?? -1e9, maximum = 1e9 } = schema;
  const min = exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1e-9;
  const small = fc.double({ min, max: Math.min(maximum, 100), noNaN: true });
  return fc.oneof(
    { weight: 3, arbitrary: small },
    { weight: 3, arbitrary: fc.constantFrom(...[0, 1, 2, 5].filter((each) => each >= min)) },
    { weight: 1, arbitrary: fc.constantFrom(min, maximum) },
  );
}
