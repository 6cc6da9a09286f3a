/**
 * The security settings that come by context. Key, VPC, subnets and security groups do not: they are
 * objects of a CDK program.
 */
import type { App } from "aws-cdk-lib";

/**
 * @returns the properties that were given, by name; unchecked
 * @example
 * // cdk deploy --context auth='{"jwt":{"issuer":"https://id.example.com","audience":["forerun"]}}'
 * // cdk deploy --context throttle='{"requestsPerSecond":100}' --context protect=false
 */
export function securityContext(app: App): Record<string, unknown> {
  const names = [
    "auth",
    "tenantClaim",
    "throttle",
    "corsOrigins",
    "apiConcurrency",
    "logRetentionDays",
    "protect",
    "permissionsBoundary",
  ];
  return Object.fromEntries(names.map((name) => [name, parsed(app.node.tryGetContext(name))]));
}

/** From cdk.json a value has its type; from the command line it is a text. */
export function parsed(given: unknown): unknown {
  if (typeof given !== "string") return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}
