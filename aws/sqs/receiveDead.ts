/**
 * Reading dead letters.
 */
import { ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { isPermitQueue } from "../../core/pools.ts";
import type { DeadLetter, QueueName } from "../../core/ports.ts";
import { parsePermit, parseSeeTo } from "./bodies.ts";
import { MESSAGES_AT_ONCE, receive, received } from "./commands.ts";

/** Time enough to deal with many letters; what was not dealt with is read again after it. */
const DEAD_VISIBILITY_SECONDS = 60;

/** Up to ten letters; the body of one that names no future is undefined. */
export async function receiveDead(
  client: SQSClient,
  url: string,
  queue: QueueName,
): Promise<DeadLetter[]> {
  const options = { waitSeconds: 0, visibilitySeconds: DEAD_VISIBILITY_SECONDS };
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand(receive(url, options, MESSAGES_AT_ONCE)),
  );
  const parse = isPermitQueue(queue) ? parsePermit : parseSeeTo;
  return Messages.map(received).map((each) => ({
    ...each,
    text: each.body,
    body: parse(each.body),
  }));
}
