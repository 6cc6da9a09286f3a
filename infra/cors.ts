/**
 * Which web pages may call the API from a browser.
 */

import { Duration } from "aws-cdk-lib";
import { CorsHttpMethod, type CorsPreflightOptions } from "aws-cdk-lib/aws-apigatewayv2";
import { refuse } from "./refuse.ts";

/** @throws ConfigurationError that names the property, and what would be right */
export function checkOrigins(origins: readonly string[] | undefined): void {
  if (origins === undefined) return;
  const isList = Array.isArray(origins) && origins.length > 0;
  if (!isList) refuse("corsOrigins", "name at least one origin, or leave it out");
  for (const origin of origins) {
    // A star would let every page that somebody opens use what the browser has.
    if (/^https?:\/\/[^/\s*?#]+$/.test(String(origin))) continue;
    refuse("corsOrigins", `"${origin}" is no origin; use scheme and host, "https://example.com"`);
  }
}

/** What a page for approvals sends; cookies are nobody's way in, so no credentials are allowed. */
export function preflight(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.POST],
    allowHeaders: ["content-type", "authorization"],
    maxAge: Duration.hours(1),
  };
}
