/**
 * What a deployment's security is configured with.
 */
import { Token } from "aws-cdk-lib";
import type { IVpcEndpoint } from "aws-cdk-lib/aws-ec2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { RetentionDays } from "aws-cdk-lib/aws-logs";
import { type Auth, checkAuth, OPEN } from "./auth.ts";
import { checkOrigins } from "./cors.ts";
import { checkNetwork, type NetworkProps } from "./network.ts";
import { oneOf, refuse, whole } from "./refuse.ts";
import { type ResolvedThrottle, resolveThrottle, type ThrottleProps } from "./throttle.ts";

export interface SecurityProps extends NetworkProps {
  /**
   * Who may call the API: `"iam"` (signed requests), `{ jwt: { issuer, audience, scopes } }`
   * (bearer tokens) or `"open-to-everybody"`.
   * @default "iam"
   */
  auth?: Auth;
  /**
   * Where a caller's identity names its tenant: a claim of its JWT such as `custom:tenant`, or
   * `iam:account`, `iam:role` or `iam:session` (docs/security.md). With it no tenant can see or
   * touch futures of another, and callers without one are refused.
   * @default none: all callers see all futures
   */
  tenantClaim?: string;
  /**
   * Makes the API private: nothing but these interface endpoints for `execute-api` reaches it. It
   * then is a REST API, which writes its access log by a role of the account
   * (`aws apigateway update-account`), knows no `jwt`, and does not run on the embedded cloud.
   * @default none: the API has a public address
   */
  privateEndpoints?: readonly IVpcEndpoint[];
  /** Requests that each route of the API takes; above it answers 429, which the SDK retries. */
  throttle?: ThrottleProps;
  /**
   * Origins of web pages that may call the API from a browser, such as a page for approvals:
   * `["https://example.com"]`. They may POST, with a JSON body and a token.
   * @default none
   */
  corsOrigins?: readonly string[];
  /**
   * Requests that the api function may work on at the same time; 1 to 1000. It takes them from
   * the account's concurrency, so that nothing else can use them up.
   * @default none are reserved
   */
  apiConcurrency?: number;
  /**
   * Days that logs are kept, the functions' and the API's; one of those that CloudWatch knows (1,
   * 3, 5, 7, 14, 30, 60, 90, …).
   * @default 30
   */
  logRetentionDays?: number;
  /**
   * Guards the table against deletion, keeps its history for 35 days (point-in-time recovery), and
   * leaves it and the bucket when the stack is deleted.
   * @default true, but for the stage "dev"
   */
  protect?: boolean;
  /**
   * Encrypts table, bucket, queues, logs and the functions' environment. If the key belongs to another
   * stack, its policy must let CloudWatch Logs use it.
   * @default keys of AWS
   */
  encryptionKey?: IKey;
  /** ARN of the managed policy that bounds every role. @default none */
  permissionsBoundary?: string;
}

/** What has defaults is set; checked. */
export type Security = Omit<SecurityProps, "throttle"> & {
  auth: Auth;
  throttle: ResolvedThrottle;
  logRetentionDays: RetentionDays;
  protect: boolean;
};

/** @throws ConfigurationError that names the property, and what would be right */
export function resolveSecurity(props: SecurityProps, stage: string): Security {
  const security: Security = {
    ...props,
    auth: props.auth ?? "iam",
    throttle: resolveThrottle(props.throttle),
    logRetentionDays: props.logRetentionDays ?? RetentionDays.ONE_MONTH,
    protect: props.protect ?? stage !== "dev",
  };
  checkAuth(security.auth);
  checkTenantClaim(security);
  checkOrigins(props.corsOrigins);
  if (props.apiConcurrency !== undefined) whole("apiConcurrency", props.apiConcurrency, 1, 1000);
  checkRetention(security.logRetentionDays);
  if (typeof security.protect !== "boolean") {
    refuse("protect", `it is ${JSON.stringify(security.protect)}; use true or false`);
  }
  checkPrivate(security);
  checkNetwork(props);
  checkBoundary(props.permissionsBoundary);
  return security;
}

/** Without these checks a deployment would be closed to everybody. */
function checkTenantClaim({ auth, tenantClaim, privateEndpoints }: Security): void {
  if (tenantClaim === undefined) return;
  if (privateEndpoints)
    refuse("tenantClaim", "a private API tells nothing of callers' tenants yet");
  if (auth === OPEN) refuse("tenantClaim", `with the auth "${OPEN}" callers have no identity`);
  const ofIam = tenantClaim.startsWith("iam:");
  if (ofIam) oneOf("tenantClaim", tenantClaim, ["iam:account", "iam:role", "iam:session"]);
  if (!tenantClaim || ofIam !== (auth === "iam")) {
    refuse("tenantClaim", `"${tenantClaim}" is nothing that this auth knows of a caller`);
  }
}

function checkPrivate({ privateEndpoints, auth, corsOrigins }: Security): void {
  if (!privateEndpoints) return;
  if (corsOrigins) refuse("corsOrigins", "web pages cannot reach a private API; leave it out");
  if (privateEndpoints.length === 0) refuse("privateEndpoints", "name at least one endpoint");
  if (auth === "iam" || auth === OPEN) return;
  refuse("privateEndpoints", `a private API knows no jwt; use the auth "iam" or "${OPEN}"`);
}

function checkRetention(days: number): void {
  const known = Object.values(RetentionDays).filter((each) => typeof each === "number");
  const finite = known.filter((each) => each !== RetentionDays.INFINITE);
  if (finite.includes(days)) return;
  refuse("logRetentionDays", `it is ${days}; CloudWatch knows ${finite.join(", ")}`);
}

function checkBoundary(arn: string | undefined): void {
  if (arn === undefined || Token.isUnresolved(arn)) return;
  if (/^arn:[\w-]+:iam::(\d{12}|aws):policy\/\S+$/.test(arn)) return;
  refuse("permissionsBoundary", `it is "${arn}"; use the ARN of a managed policy`);
}
