/**
 * The Lambda functions, each with a role and a log group of its own.
 */
import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as Lambda,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { allowKey } from "./encryption.ts";
import { allowInterfaces, placed } from "./network.ts";
import type { Security } from "./security.ts";

export interface FunctionProps {
  /** What it does, for the console. */
  description: string;
  /** Directory of its bundled code. */
  code: string;
  timeout: Duration;
  /** Megabytes. */
  memory: number;
  environment: Record<string, string>;
  security: Security;
  /** @default none is reserved */
  reservedConcurrency?: number | undefined;
  /**
   * It sends to queues that lead back to itself by design: Lambda would stop such a chain after 16
   * hops. Depth is bounded by our own limits.
   * @default false
   */
  recursive?: boolean;
}

export function createFunction(scope: Construct, id: string, props: FunctionProps): Lambda {
  const { security } = props;
  const { encryptionKey } = security;
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: security.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey ? { encryptionKey } : {}),
  });
  // Without the managed policy, which may write to the log groups of everybody.
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
  });
  logGroup.grantWrite(role);
  allowKey(role, encryptionKey);
  allowInterfaces(role, security);
  const lambda = new Lambda(scope, id, {
    description: props.description,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(props.code),
    handler: "index.handler",
    timeout: props.timeout,
    memorySize: props.memory,
    environment: props.environment,
    role,
    logGroup,
    ...placed(security),
    ...(encryptionKey ? { environmentEncryption: encryptionKey } : {}),
    ...(props.reservedConcurrency === undefined
      ? {}
      : { reservedConcurrentExecutions: props.reservedConcurrency }),
  });
  if (props.recursive) {
    (lambda.node.defaultChild as CfnFunction).addPropertyOverride("RecursiveLoop", "Allow");
  }
  return lambda;
}
