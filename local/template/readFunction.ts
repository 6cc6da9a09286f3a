/**
 * AWS::Lambda::Function, with the directory of its bundled code.
 */
import type { RoleSpec } from "../iam/statement.ts";
import { arn } from "../identity.ts";
import type { Json } from "../json.ts";
import type { Properties } from "./properties.ts";

export interface FunctionSpec {
  logicalId: string;
  /** The logical id without the hash that CDK adds: what people call it. */
  label: string;
  name: string;
  arn: string;
  /** Directory of the bundled code. */
  directory: string;
  /** `file.export`. */
  handler: string;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** Processes that may run at the same time; beyond them calls are throttled. */
  reservedConcurrency: number | undefined;
  environment: Readonly<Record<string, string>>;
  /** Name of the role it signs as. */
  role: string;
}

export function readFunction(
  properties: Properties,
  name: string,
  assets: ReadonlyMap<string, string>,
  roles: readonly RoleSpec[],
): FunctionSpec {
  const runtime = properties.text("Runtime");
  if (!runtime.startsWith("nodejs")) {
    properties.refuse("Runtime", `it is ${runtime}; the embedded cloud runs Node.js only`);
  }
  const code = properties.object("Code", ["S3Bucket", "S3Key"]);
  if (!code) return properties.refuse("Code", "it is missing");
  const key = code.text("S3Key");
  const directory = assets.get(key);
  if (!directory) return code.refuse("S3Key", `the assembly has no directory asset ${key}`);
  return {
    logicalId: properties.logicalId,
    label: properties.logicalId.replace(/(?<=.)[0-9A-F]{8}$/, ""),
    name,
    arn: arn("lambda", `function:${name}`),
    directory,
    handler: properties.text("Handler"),
    timeoutSeconds: properties.number("Timeout") ?? 3,
    memoryMegabytes: properties.number("MemorySize") ?? 128,
    reservedConcurrency: properties.number("ReservedConcurrentExecutions"),
    environment: readEnvironment(properties),
    role: readRole(properties, roles),
  };
}

/** AWS refuses a function whose role Lambda may not assume. */
function readRole(properties: Properties, roles: readonly RoleSpec[]): string {
  const text = properties.text("Role");
  const role = roles.find((each) => each.arn === text);
  if (!role) {
    return properties.refuse(
      "Role",
      `no role of this template is ${text}, so what it may do is not known`,
    );
  }
  if (!role.trusts.includes("lambda.amazonaws.com")) {
    properties.refuse("Role", `${role.logicalId} does not let lambda.amazonaws.com assume it`);
  }
  return role.name;
}

function readEnvironment(properties: Properties): Record<string, string> {
  const variables = properties.object("Environment", ["Variables"])?.raw("Variables") ?? {};
  return Object.fromEntries(
    Object.entries(variables as Json).map(([name, value]) => [name, String(value)]),
  );
}
