/**
 * The API's access log: a line of JSON for each request.
 */
import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Security } from "./security.ts";

/**
 * Field → API Gateway's variable; "-" stands for what a request does not have. The route and not
 * the path, for users choose the ids in it; and nothing of headers, queries or bodies, where
 * tokens and inputs are.
 */
const FIELDS = {
  time: "$context.requestTimeEpoch",
  requestId: "$context.requestId",
  status: "$context.status",
  latency: "$context.responseLatency",
  functionLatency: "$context.integrationLatency",
  bytes: "$context.responseLength",
  ip: "$context.identity.sourceIp",
  /** Of signed requests. */
  caller: "$context.identity.userArn",
  /** Of requests with a token. */
  subject: "$context.authorizer.claims.sub",
  error: "$context.error.message",
  authorizerError: "$context.authorizer.error",
  functionError: "$context.integrationErrorMessage",
};

/** @param route the variable that says which route was called */
export function accessLogFormat(route = "$context.routeKey"): AccessLogFormat {
  return AccessLogFormat.custom(JSON.stringify({ ...FIELDS, route }));
}

export function accessLogGroup(scope: Construct, security: Security): LogGroup {
  const { logRetentionDays: retention, encryptionKey } = security;
  return new LogGroup(scope, "AccessLogs", {
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey ? { encryptionKey } : {}),
  });
}
