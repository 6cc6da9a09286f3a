/**
 * Whether a function's environment variables fit what Lambda takes: it would refuse them only
 * while it deploys.
 */
import { Stack } from "aws-cdk-lib";
import type { Construct } from "constructs";
import { refuse } from "./refuse.ts";

/**
 * Bytes of all variables together, measured as a JSON object: Lambda's refusal quotes that text.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const MAX_ENVIRONMENT_BYTES = 4096;

/** Characters of the random end of a name that CloudFormation makes. */
const RANDOM_END = 12;
/** The longest that CloudFormation makes for the resources that are referred to: SQS's limit. */
const MAX_NAME = 80;
/** What an ARN or a queue's URL has besides the name, in the longest of region names. */
const AROUND_NAME = 70;
/** A stack's name where the app leaves it open, and values of other stacks and parameters. */
const UNKNOWN = 64;

/** Who is told, and what can be done. */
export interface Fix {
  /** The property to change. */
  property: string;
  /** How. */
  fix: string;
}

/**
 * Values that are known only once they are deployed count as long as CloudFormation would make them.
 * @param environment the variables of one function
 * @throws ConfigurationError if they are too long together
 */
export function checkEnvironment(
  scope: Construct,
  environment: Readonly<Record<string, string>>,
  { property, fix }: Fix,
): void {
  const bytes = bytesOf(scope, environment);
  if (bytes <= MAX_ENVIRONMENT_BYTES) return;
  const own = Object.entries(environment).filter(([name]) => /^(FORERUN|POWERTOOLS)_/.test(name));
  const ours = bytesOf(scope, Object.fromEntries(own));
  refuse(
    property,
    `its function's environment has about ${bytes} bytes, of which Forerun's own variables are ${ours}; ` +
      `Lambda takes ${MAX_ENVIRONMENT_BYTES}: ${fix}`,
  );
}

function bytesOf(scope: Construct, environment: Readonly<Record<string, string>>): number {
  const stack = Stack.of(scope);
  const { stackName } = stack;
  const lengthOf = (id: string) =>
    Math.min(
      MAX_NAME,
      (stack.resolve(stackName) === stackName ? stackName.length : UNKNOWN) +
        id.length +
        2 +
        RANDOM_END,
    );
  const text = (value: unknown): string => {
    if (typeof value !== "object" || value === null) return String(value);
    const [[kind, operand] = ["", undefined]] = Object.entries(value) as [string, unknown][];
    if (kind === "Fn::Join") {
      const [separator, parts] = operand as [string, unknown[]];
      return parts.map(text).join(separator);
    }
    if (kind === "Fn::GetAtt") {
      const [id, attribute] = operand as [string, string];
      return "x".repeat(lengthOf(id) + (/name$/i.test(attribute) ? 0 : AROUND_NAME));
    }
    // A reference to a queue is its URL.
    if (kind === "Ref") return "x".repeat(lengthOf(String(operand)) + AROUND_NAME);
    return "x".repeat(UNKNOWN);
  };
  const resolved = stack.resolve(environment) as Record<string, unknown>;
  const plain = Object.fromEntries(
    Object.entries(resolved).map(([name, value]) => [name, text(value)]),
  );
  return Buffer.byteLength(JSON.stringify(plain));
}
