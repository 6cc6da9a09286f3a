/**
 * A request as API Gateway hands it to a function: payload format 2.0.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { ACCOUNT } from "../identity.ts";
import type { Json } from "../json.ts";
import type { RouteMatch } from "./routes.ts";

/** Bodies of these types are handed on as text, all others in base64. */
const TEXT = /^(text\/|application\/(json|xml|javascript|problem\+json)\b)/;

export function toEvent(
  request: IncomingMessage,
  body: Buffer,
  { route, pathParameters }: RouteMatch,
  authorizer?: Json,
): APIGatewayProxyEventV2 {
  const { method = "GET", url = "/" } = request;
  const [rawPath = "/", rawQueryString = ""] = url.split(/\?(.*)/s);
  const { cookie, ...headers } = headersOf(request);
  const isText = TEXT.test(headers["content-type"] ?? "");
  const now = new Date();
  return {
    version: "2.0",
    routeKey: route.key,
    rawPath,
    rawQueryString,
    headers,
    ...(cookie ? { cookies: cookie.split(/; */) } : {}),
    ...(rawQueryString ? { queryStringParameters: queryOf(rawQueryString) } : {}),
    ...(Object.keys(pathParameters).length > 0 ? { pathParameters } : {}),
    requestContext: {
      accountId: ACCOUNT,
      apiId: "local",
      ...(authorizer ? { authorizer } : {}),
      domainName: headers.host ?? "",
      domainPrefix: "local",
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: "$default",
      time: now.toISOString(),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 ? { body: body.toString(isText ? "utf8" : "base64") } : {}),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Names in lower case; values of a name that comes several times joined by commas. */
function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return result;
}

function queryOf(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = result[name];
    result[name] = before === undefined ? value : `${before},${value}`;
  }
  return result;
}
