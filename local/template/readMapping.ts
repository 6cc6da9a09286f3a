/**
 * AWS::Lambda::EventSourceMapping from an SQS queue.
 */
import { lastPart } from "../identity.ts";
import type { FindFunction } from "./findFunction.ts";
import type { Properties } from "./properties.ts";
import type { FunctionSpec } from "./readFunction.ts";

export interface MappingSpec {
  logicalId: string;
  queueName: string;
  queueArn: string;
  target: FunctionSpec;
  batchSize: number;
  /** Seconds that a batch may wait to fill. */
  windowSeconds: number;
  /** Batches in work at the same time. */
  maximumConcurrency: number | undefined;
  /** Whether the function's answer names the messages that failed. */
  reportsFailures: boolean;
  enabled: boolean;
}

export function readMapping(properties: Properties, find: FindFunction): MappingSpec {
  const queueArn = properties.text("EventSourceArn");
  if (!queueArn.startsWith("arn:aws:sqs:")) {
    properties.refuse("EventSourceArn", `it is ${queueArn}; the embedded cloud maps SQS only`);
  }
  const batchSize = properties.number("BatchSize") ?? 10;
  const windowSeconds = properties.number("MaximumBatchingWindowInSeconds") ?? 0;
  if (batchSize > 10 && windowSeconds === 0) {
    properties.refuse("BatchSize", "above 10, SQS needs a MaximumBatchingWindowInSeconds from 1");
  }
  const scaling = properties.object("ScalingConfig", ["MaximumConcurrency"]);
  const maximumConcurrency = scaling?.number("MaximumConcurrency");
  if (maximumConcurrency !== undefined && maximumConcurrency < 2) {
    scaling?.refuse("MaximumConcurrency", "AWS takes 2 to 1000");
  }
  const types = properties.list("FunctionResponseTypes");
  for (const type of types) {
    if (type !== "ReportBatchItemFailures") {
      properties.refuse("FunctionResponseTypes", `the embedded cloud does not know ${type}`);
    }
  }
  return {
    logicalId: properties.logicalId,
    queueName: lastPart(queueArn),
    queueArn,
    target: find(properties, "FunctionName"),
    batchSize,
    windowSeconds,
    maximumConcurrency,
    reportsFailures: types.length > 0,
    enabled: properties.raw("Enabled") !== false,
  };
}
