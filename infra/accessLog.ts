/**
 * The API's access log: a line of JSON for each request.
 */
import { RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import { LogGroupLogDestination } from "aws-cdk-lib/aws-apigatewayv2";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

/**
 * Field → API Gateway's variable; "-" stands for what a request does not have. The route and not
 * the path, for users choose the ids in it; and nothing of headers, queries or bodies, where
 * tokens and inputs are.
 */
const FIELDS = {
  time: "$context.requestTimeEpoch",
  requestId: "$context.requestId",
  route: "$context.routeKey",
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

export function accessLog(
  scope: Construct,
  retention: RetentionDays,
  encryptionKey: IKey | undefined,
): { destination: LogGroupLogDestination; format: AccessLogFormat } {
  const group = new LogGroup(scope, "AccessLogs", {
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey ? { encryptionKey } : {}),
  });
  return {
    destination: new LogGroupLogDestination(group),
    format: AccessLogFormat.custom(JSON.stringify(FIELDS)),
  };
}
