/**
 * SQS's fair queues, which fauxqs lacks: a group that has many messages in work does not keep those
 * of other groups waiting.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 *
 * AWS prefers quiet groups to one that has a disproportionate part of what is in flight, without
 * saying from which part on; here the group that has the fewest in flight is always next, and of
 * equals the oldest message. A message without a group is a group of its own.
 */
import type { Json } from "../json.ts";

interface Message {
  messageId: string;
  /** fauxqs keeps it of FIFO queues only. */
  messageGroupId?: string | undefined;
}

/** The part of a queue of fauxqs that is looked at. */
export interface FairQueue {
  messages: Message[];
  delayedMessages: readonly Message[];
  inflightMessages: ReadonlyMap<string, { message: Message }>;
}

/** Notes the groups of messages that were sent. */
export function noteGroups(queue: FairQueue, operation: string, asked: Json, answer: Json): void {
  if (operation === "SendMessage") noteGroup(queue, answer.MessageId, asked.MessageGroupId);
  if (operation !== "SendMessageBatch") return;
  const entries = new Map(listOf(asked.Entries).map((each) => [each.Id, each.MessageGroupId]));
  for (const { Id, MessageId } of listOf(answer.Successful)) {
    noteGroup(queue, MessageId, entries.get(Id));
  }
}

function noteGroup(queue: FairQueue, messageId: unknown, group: unknown): void {
  if (typeof group !== "string") return;
  const isIt = (each: Message) => each.messageId === messageId;
  const message = queue.messages.findLast(isIt) ?? queue.delayedMessages.findLast(isIt);
  if (message) message.messageGroupId = group;
}

/** Puts those that are to be received next before all others. */
export function putFairestFirst(queue: FairQueue, count: number): void {
  const inFlight = new Map<string, number>();
  for (const { message } of queue.inflightMessages.values()) add(inFlight, message);
  if (inFlight.size === 0) return;
  const next: Message[] = [];
  while (next.length < count && queue.messages.length > 0) {
    const [message] = queue.messages.splice(fairest(queue.messages, inFlight), 1);
    if (!message) break;
    add(inFlight, message);
    next.push(message);
  }
  queue.messages.unshift(...next);
}

function add(inFlight: Map<string, number>, { messageGroupId }: Message): void {
  if (messageGroupId === undefined) return;
  inFlight.set(messageGroupId, (inFlight.get(messageGroupId) ?? 0) + 1);
}

/** The place of the oldest message of the groups with the fewest in flight. */
function fairest(messages: readonly Message[], inFlight: ReadonlyMap<string, number>): number {
  let best = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [index, { messageGroupId }] of messages.entries()) {
    const busy = messageGroupId === undefined ? 0 : (inFlight.get(messageGroupId) ?? 0);
    if (busy >= fewest) continue;
    best = index;
    fewest = busy;
    if (busy === 0) break;
  }
  return best;
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? (value as Json[]) : [];
}
