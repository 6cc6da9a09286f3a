/**
 * Conditions of IAM statements: the operators and keys that this machine can judge.
 */
import { fits } from "./wildcard.ts";

export interface Condition {
  /** E.g. `StringLike`; with `IfExists` where an absent key is no hindrance. */
  operator: string;
  /** In lower case: keys are compared without regard to it. */
  key: string;
  values: readonly string[];
}

/** What a request tells of itself, by key in lower case; what it lacks is absent. */
export type RequestContext = Readonly<Record<string, string | undefined>>;

type Compare = (given: string, value: string) => boolean;

const same: Compare = (given, value) => given === value;
const sameAnyCase: Compare = (given, value) => given.toLowerCase() === value.toLowerCase();
const like: Compare = (given, value) => fits(value, given);

const OPERATORS: Readonly<Record<string, { compare: Compare; negated?: true }>> = {
  Bool: { compare: sameAnyCase },
  StringEquals: { compare: same },
  StringNotEquals: { compare: same, negated: true },
  StringEqualsIgnoreCase: { compare: sameAnyCase },
  StringLike: { compare: like },
  StringNotLike: { compare: like, negated: true },
  // AWS lets both take wildcards, by section of the ARN.
  ArnEquals: { compare: likeArn },
  ArnLike: { compare: likeArn },
  ArnNotEquals: { compare: likeArn, negated: true },
  ArnNotLike: { compare: likeArn, negated: true },
};

const KEYS: ReadonlySet<string> = new Set([
  "aws:securetransport",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:requestedregion",
  "lambda:sourcefunctionarn",
]);

/** Asks whether a key is absent: `true` wants it to be. */
const NULL = "Null";

const IF_EXISTS = "IfExists";

/** Why a condition cannot be judged here; undefined if it can. */
export function unknownIn({ operator, key }: Condition): string | undefined {
  if (operator !== NULL && !(base(operator) in OPERATORS))
    return `the condition operator ${operator}`;
  if (!KEYS.has(key)) return `the condition key ${key}`;
  return undefined;
}

/** Whether a condition holds for a request. */
export function holds({ operator, key, values }: Condition, context: RequestContext): boolean {
  if (operator === NULL) return values.includes(String(context[key] === undefined));
  const { compare, negated = false } = OPERATORS[base(operator)] ?? { compare: () => false };
  const given = context[key];
  // AWS: an absent key fails what asks for a value, and passes what excludes one.
  if (given === undefined) return negated || operator.endsWith(IF_EXISTS);
  return values.some((value) => compare(given, value)) !== negated;
}

function base(operator: string): string {
  return operator.endsWith(IF_EXISTS) ? operator.slice(0, -IF_EXISTS.length) : operator;
}

/** Section by section, so that a wildcard never reaches into another account. */
function likeArn(given: string, value: string): boolean {
  const [left, right] = [sections(given), sections(value)];
  return left.length === right.length && left.every((part, i) => fits(right[i] ?? "", part));
}

/** The six sections of an ARN; the last holds all the rest. */
function sections(arn: string): string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}
