/**
 * Calls of AWS for operators. The SDK's clients are loaded by the commands that need them only.
 */
import { Failure } from "./failure.ts";
import type { Invoke } from "./requeueAll.ts";

export interface AwsOptions {
  region?: string;
  endpointUrl?: string;
}

/** Longer than the sweeper's own time (60 s), so that its answer is never given up. */
const TIMEOUT_MS = 90_000;

function settings({ region, endpointUrl }: AwsOptions) {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
    requestHandler: { requestTimeout: TIMEOUT_MS },
  };
}

/**
 * The name of the stack's sweeper function.
 * @throws Failure if the stack has none
 */
export async function findSweeper(stack: string, options: AwsOptions): Promise<string> {
  const { CloudFormationClient, paginateListStackResources } = await import(
    "@aws-sdk/client-cloudformation"
  );
  const client = new CloudFormationClient(settings(options));
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    const found = page.StackResourceSummaries?.find(isSweeper);
    if (found?.PhysicalResourceId) return found.PhysicalResourceId;
  }
  throw new Failure(`The stack ${stack} has no sweeper function: is it a deployment of Forerun?`);
}

/** `ForerunSweeper` and CDK's hash; the construct may have another name and stand deeper. */
function isSweeper({ ResourceType, LogicalResourceId = "" }: StackResource): boolean {
  return ResourceType === "AWS::Lambda::Function" && /Sweeper[0-9A-F]{8}$/.test(LogicalResourceId);
}

interface StackResource {
  ResourceType?: string | undefined;
  LogicalResourceId?: string | undefined;
}

/** What was wrong with the request, it says so itself. */
function failureOf(name: string, text: string): Failure {
  const { errorType, errorMessage } = parse(text);
  if (errorType === "InvalidRequestError") return new Failure(String(errorMessage), 2);
  return new Failure(`The function ${name} failed: ${text}`);
}

function parse(text: string): { errorType?: unknown; errorMessage?: unknown } {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}

/** What invokes that function. @throws Failure if the function fails */
export async function invoker(name: string, options: AwsOptions): Promise<Invoke> {
  const { InvokeCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient(settings(options));
  return async (event) => {
    const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) });
    const { FunctionError, Payload } = await client.send(command);
    const text = Payload?.transformToString() ?? "";
    if (FunctionError) throw failureOf(name, text);
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };
}
