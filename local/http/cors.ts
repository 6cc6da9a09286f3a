/**
 * Cross-origin requests, as the API's CORS configuration allows them.
 */
import type { IncomingMessage } from "node:http";
import type { CorsSpec } from "../template/readApi.ts";

/** Whether a browser asks if it may send a request; API Gateway answers that by itself. */
export function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === "OPTIONS" && "access-control-request-method" in headers;
}

/** The headers to add to an answer; none for an origin that is not allowed. */
export function corsHeaders(cors: CorsSpec, request: IncomingMessage): Record<string, string> {
  const { origin } = request.headers;
  if (!origin) return {};
  const any = cors.allowOrigins.includes("*");
  if (!any && !cors.allowOrigins.includes(origin)) return {};
  const headers: Record<string, string> = {
    "access-control-allow-origin": any && !cors.allowCredentials ? "*" : origin,
  };
  const add = (name: string, value: string) => {
    if (value) headers[`access-control-${name}`] = value;
  };
  add("allow-credentials", cors.allowCredentials ? "true" : "");
  if (isPreflight(request)) {
    add("allow-methods", cors.allowMethods.join(","));
    add("allow-headers", cors.allowHeaders.join(","));
    add("max-age", String(cors.maxAgeSeconds ?? ""));
  } else {
    add("expose-headers", cors.exposeHeaders.join(","));
  }
  return headers;
}
