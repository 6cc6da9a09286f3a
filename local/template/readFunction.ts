/**
 * AWS::Lambda::Function, with the directory of its bundled code.
 */
import { arn, lastPart } from "../identity.ts";
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
    role: lastPart(properties.text("Role")),
  };
}

function readEnvironment(properties: Properties): Record<string, string> {
  const variables = properties.object("Environment", ["Variables"])?.raw("Variables") ?? {};
  return Object.fromEntries(
    Object.entries(variables as Json).map(([name, value]) => [name, String(value)]),
  );
}
