/**
 * AWS::SQS::Queue.
 */
import { arn, lastPart } from "../identity.ts";
import type { Properties } from "./properties.ts";

export interface QueueSpec {
  logicalId: string;
  name: string;
  url: string;
  arn: string;
  /** As SQS's CreateQueue takes them: texts. */
  attributes: Record<string, string>;
}

const NUMBERS = [
  "VisibilityTimeout",
  "DelaySeconds",
  "MaximumMessageSize",
  "ReceiveMessageWaitTimeSeconds",
];

export function readQueue(properties: Properties, url: string): QueueSpec {
  const name = lastPart(url);
  if (name.endsWith(".fifo")) {
    properties.refuse("QueueName", "FIFO queues are not run here");
  }
  const attributes: Record<string, string> = {};
  for (const key of NUMBERS) {
    const value = properties.number(key);
    if (value !== undefined) attributes[key] = String(value);
  }
  const redrive = properties.object("RedrivePolicy", ["deadLetterTargetArn", "maxReceiveCount"]);
  if (redrive) {
    attributes.RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: redrive.text("deadLetterTargetArn"),
      maxReceiveCount: redrive.number("maxReceiveCount"),
    });
  }
  return { logicalId: properties.logicalId, name, url, arn: arn("sqs", name), attributes };
}
