/**
 * Event patterns of EventBridge rules: exact values, prefixes, existence, anything-but.
 */
import { isObject, type Json } from "../json.ts";

/** A field's own rule: any of a list, or rules for the fields inside it. */
export type EventPattern = { readonly [field: string]: readonly Matcher[] | EventPattern };

type Literal = string | number | boolean | null;

type Matcher =
  | Literal
  | { prefix: string }
  | { exists: boolean }
  | { "anything-but": readonly Literal[] };

/**
 * A pattern as the template writes it.
 * @throws TypeError that says what of it is not known here
 */
export function readPattern(value: unknown): EventPattern {
  if (!isObject(value)) throw new TypeError("a pattern must be an object");
  return Object.fromEntries(
    Object.entries(value).map(([field, rule]) => {
      if (field.startsWith("$")) throw new TypeError(`the embedded cloud does not know ${field}`);
      return [field, Array.isArray(rule) ? rule.map(readMatcher) : readPattern(rule)];
    }),
  );
}

function readMatcher(value: unknown): Matcher {
  if (!isObject(value)) return value as Literal;
  const [name = "", argument] = Object.entries(value)[0] ?? [];
  const alone = Object.keys(value).length === 1;
  if (alone && name === "prefix" && typeof argument === "string") return { prefix: argument };
  if (alone && name === "exists" && typeof argument === "boolean") return { exists: argument };
  const list = Array.isArray(argument) ? (argument as unknown[]) : [argument];
  if (alone && name === "anything-but" && !list.some((each) => isObject(each))) {
    return { "anything-but": list as Literal[] };
  }
  throw new TypeError(`the embedded cloud does not know the matcher ${JSON.stringify(value)}`);
}

/** Whether an event has all that a pattern asks for. */
export function matchesPattern(pattern: EventPattern, event: Json): boolean {
  return Object.entries(pattern).every(([field, rule]) => {
    const value = event[field];
    if (!Array.isArray(rule)) {
      return matchesPattern(rule as EventPattern, isObject(value) ? value : {});
    }
    // Of a list, any member will do.
    const values = Array.isArray(value) ? (value as unknown[]) : [value];
    return (rule as readonly Matcher[]).some((matcher) =>
      values.some((each) => matches(matcher, each)),
    );
  });
}

function matches(matcher: Matcher, value: unknown): boolean {
  if (matcher === null || typeof matcher !== "object") return value === matcher;
  if ("prefix" in matcher) return typeof value === "string" && value.startsWith(matcher.prefix);
  if ("exists" in matcher) return (value !== undefined) === matcher.exists;
  return value !== undefined && !matcher["anything-but"].includes(value as Literal);
}
