/**
 * Lambda's Invoke, for functions of the template.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
import { messageOf } from "../errors.ts";
import type { Answer, Next } from "../gateway/call.ts";
import { awsError } from "../gateway/errors.ts";
import { arn, lastPart } from "../identity.ts";
import { FunctionError, RequestTooLargeError, ThrottledError } from "./errors.ts";
import type { LambdaFunction } from "./function.ts";
import type { Functions } from "./functions.ts";

/** Of an event that nobody waits for, in bytes. */
const ASYNC_LIMIT = 1024 * 1024;

export function invokeApi(functions: Functions, log: (line: string) => void): Next {
  const byName = new Map([...functions.values()].map((each) => [each.spec.name, each]));
  return async ({ operation, body }) => {
    if (operation !== "Invoke") {
      const message = `The embedded cloud does not know Lambda's ${operation}.`;
      return awsError("lambda", 400, "UnknownOperationException", message);
    }
    const name = lastPart(String(body.FunctionName));
    const found = byName.get(name);
    if (!found || (body.Qualifier !== undefined && body.Qualifier !== "$LATEST")) {
      const message = `Function not found: ${arn("lambda", `function:${name}`)}`;
      return awsError("lambda", 404, "ResourceNotFoundException", message);
    }
    switch (body.InvocationType) {
      case "DryRun":
        return { status: 204, body: {}, text: "" };
      case "Event":
        return later(found, body.Payload, log);
      default:
        return now(found, body.Payload, body.ClientContext);
    }
  };
}

async function now(lambda: LambdaFunction, event: unknown, client: unknown): Promise<Answer> {
  const headers = { "x-amz-executed-version": "$LATEST" };
  try {
    return { status: 200, headers, body: {}, text: await lambda.invoke(event, client) };
  } catch (error) {
    if (error instanceof FunctionError) {
      const text = JSON.stringify(error.failure);
      return {
        status: 200,
        headers: { ...headers, "x-amz-function-error": "Unhandled" },
        body: {},
        text,
      };
    }
    if (error instanceof ThrottledError) {
      return awsError("lambda", 429, "TooManyRequestsException", "Rate Exceeded.");
    }
    if (error instanceof RequestTooLargeError) return tooLarge(error.message);
    throw error;
  }
}

/** AWS would try a failed one twice more; here it is told in the log. */
function later(lambda: LambdaFunction, event: unknown, log: (line: string) => void): Answer {
  const bytes = Buffer.byteLength(JSON.stringify(event) ?? "");
  if (bytes > ASYNC_LIMIT) {
    return tooLarge(`${bytes} byte payload is too large for the Event invocation type`);
  }
  lambda.invoke(event).catch((error: unknown) => log(`${lambda.spec.label}: ${messageOf(error)}`));
  return { status: 202, body: {}, text: "" };
}

function tooLarge(message: string): Answer {
  return awsError("lambda", 413, "RequestTooLargeException", message);
}
