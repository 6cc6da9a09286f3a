/**
 * The commands on queues: pure functions from what core asks for to what SQS is sent.
 */
import type {
  ChangeMessageVisibilityCommandInput,
  GetQueueAttributesCommandInput,
  Message,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
  SendMessageBatchRequestEntry,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import type { Depth, Outgoing, Received, ReceiveOptions } from "../../core/ports.ts";

/** SQS takes and gives at most this many messages at once. */
export const MESSAGES_AT_ONCE = 10;

type Body = Pick<SendMessageCommandInput, "MessageBody" | "DelaySeconds" | "MessageGroupId">;

function bodyOf({ body, delaySeconds, group }: Outgoing<unknown>): Body {
  return {
    MessageBody: JSON.stringify(body),
    ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
    ...(group === undefined ? {} : { MessageGroupId: group }),
  };
}

export function sendOne(url: string, message: Outgoing<unknown>): SendMessageCommandInput {
  return { QueueUrl: url, ...bodyOf(message) };
}

/** The entries of a batch; an entry's id is its place in the list. */
export function batchEntries(
  messages: readonly Outgoing<unknown>[],
): SendMessageBatchRequestEntry[] {
  return messages.map((message, index) => ({ Id: String(index), ...bodyOf(message) }));
}

export function sendBatch(
  url: string,
  entries: readonly SendMessageBatchRequestEntry[],
): SendMessageBatchCommandInput {
  return { QueueUrl: url, Entries: [...entries] };
}

export function receive(
  url: string,
  { waitSeconds, visibilitySeconds }: ReceiveOptions,
  messages = 1,
): ReceiveMessageCommandInput {
  return {
    QueueUrl: url,
    MaxNumberOfMessages: messages,
    WaitTimeSeconds: waitSeconds,
    VisibilityTimeout: visibilitySeconds,
    MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
  };
}

/** A message as core sees it, with its body still as text. */
export function received(message: Message): Received<string> {
  return {
    body: message.Body ?? "",
    handle: message.ReceiptHandle ?? "",
    sentAt: Number(message.Attributes?.SentTimestamp),
    receives: Number(message.Attributes?.ApproximateReceiveCount),
  };
}

export function changeVisibility(
  url: string,
  handle: string,
  seconds: number,
): ChangeMessageVisibilityCommandInput {
  return { QueueUrl: url, ReceiptHandle: handle, VisibilityTimeout: Math.ceil(seconds) };
}

export function readDepth(url: string): GetQueueAttributesCommandInput {
  return {
    QueueUrl: url,
    AttributeNames: [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    ],
  };
}

export function depthOf(attributes: Record<string, string> | undefined): Depth {
  return {
    ready: Number(attributes?.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(attributes?.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}
