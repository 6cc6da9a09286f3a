/**
 * The two HTTP functions as Lambda calls them.
 */
import {
  type APIGatewayProxyResult,
  handle,
  type LambdaContext,
  type LambdaEvent,
} from "hono/aws-lambda";
import type { HttpApp } from "./caller.ts";
import { problemDocument } from "./problems.ts";

/**
 * Answers events of API Gateway, of either payload format. A body that comes with GET or HEAD means
 * nothing (RFC 9110, 9.3.1) and is left out: Hono could not make a request of it. Of what it cannot
 * make one of for another reason its answer is no problem document; ours is.
 */
export function lambdaHandler(app: HttpApp) {
  const serve = handle(app);
  return async (event: LambdaEvent, context: LambdaContext): Promise<APIGatewayProxyResult> => {
    const answer = await serve(isRead(event) ? { ...event, body: null } : event, context);
    const { headers, multiValueHeaders, ...rest } = answer;
    const type = String(headers?.["content-type"] ?? multiValueHeaders?.["content-type"]);
    if (answer.statusCode < 400 || !type.startsWith("text/plain")) return answer;
    const problem = problemDocument(answer.statusCode, "The request is malformed.");
    const ours = { "content-type": "application/problem+json" };
    return { ...rest, headers: ours, body: JSON.stringify(problem) };
  };
}

function isRead(event: LambdaEvent): boolean {
  const method = "httpMethod" in event ? event.httpMethod : methodOf(event);
  return method === "GET" || method === "HEAD";
}

function methodOf({ requestContext }: LambdaEvent): string | undefined {
  return "http" in requestContext ? requestContext.http.method : undefined;
}
