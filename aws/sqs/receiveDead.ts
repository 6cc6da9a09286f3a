/**
 * Reading dead letters.
 */
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { isPermitQueue } from "../../core/pools.ts";
import type { QueueName, Received } from "../../core/ports.ts";
import { parsePermit, parseSeeTo } from "./bodies.ts";
import { changeVisibility, MESSAGES_AT_ONCE, receive, received } from "./commands.ts";
import { unlessStale } from "./staleHandles.ts";

/** Time enough to deal with ten letters; what was not dealt with is read again after it. */
const DEAD_VISIBILITY_SECONDS = 60;

/**
 * A letter that cannot be read stays where it is, and is not read each minute. SQS hides for 12
 * hours from the receive on; a little less, since some of them have passed.
 */
const UNREADABLE_SECONDS = 12 * 3600 - 60;

/** Up to ten letters; the body of one that names no future is undefined, and it is hidden. */
export async function receiveDead(
  client: SQSClient,
  url: string,
  queue: QueueName,
): Promise<Received<unknown>[]> {
  const options = { waitSeconds: 0, visibilitySeconds: DEAD_VISIBILITY_SECONDS };
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand(receive(url, options, MESSAGES_AT_ONCE)),
  );
  const parse = isPermitQueue(queue) ? parsePermit : parseSeeTo;
  const letters = Messages.map(received).map((each) => ({ ...each, body: parse(each.body) }));
  const unreadable = letters.filter((each) => each.body === undefined);
  await Promise.all(
    unreadable.map(({ handle }) => {
      const hide = new ChangeMessageVisibilityCommand(
        changeVisibility(url, handle, UNREADABLE_SECONDS),
      );
      return unlessStale(client.send(hide));
    }),
  );
  return letters;
}
