/**
 * core's `Queues` on SQS standard queues.
 */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { QueueResources } from "../../core/config.ts";
import type {
  Depth,
  QueueName,
  Queues,
  Received,
  ReceiveOptions,
  TaskMessage,
} from "../../core/ports.ts";
import { longPollTimeout } from "../timeouts.ts";
import { parsePermit, parseTaskMessage } from "./bodies.ts";
import { changeVisibility, depthOf, readDepth, receive, received } from "./commands.ts";
import { deadQueueUrl, queueUrl } from "./queueUrls.ts";
import { receiveDead } from "./receiveDead.ts";
import { sendAll } from "./send.ts";
import { unlessStale } from "./staleHandles.ts";

/** Messages without sense that one probe of a band puts away before it gives up. */
const MAX_UNREADABLE = 10;

export function createQueues(client: SQSClient, resources: QueueResources): Queues {
  const urlOf = (queue: QueueName) => queueUrl(resources, queue);

  /** The SDK repeats a receive whose answer was lost; what that held returns when its time is up. */
  async function receiveOne(
    url: string,
    options: ReceiveOptions,
  ): Promise<Received<string> | undefined> {
    const command = new ReceiveMessageCommand(receive(url, options));
    const { Messages = [] } = await client.send(command, longPollTimeout(options.waitSeconds));
    return Messages[0] && received(Messages[0]);
  }

  async function remove(url: string, handle: string): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle });
    await unlessStale(client.send(command));
  }

  async function hide(url: string, handle: string, seconds: number): Promise<void> {
    const command = changeVisibility(url, handle, seconds);
    await unlessStale(client.send(new ChangeMessageVisibilityCommand(command)));
  }

  async function readDepthOf(url: string): Promise<Depth> {
    const command = new GetQueueAttributesCommand(readDepth(url));
    return depthOf((await client.send(command)).Attributes);
  }

  /**
   * A message on a band's queue that is none of ours would be probed again and again, a thousand
   * times until it is a dead letter. It is handed to the settler as it is: if it names a future,
   * that gets what it owes; if not, it ends among the settler's dead letters within the hour,
   * where an alarm tells of it. (A worker may not write to dead-letter queues.)
   */
  async function putAway(url: string, message: Received<string>): Promise<void> {
    const { settleQueue } = resources;
    await client.send(new SendMessageCommand({ QueueUrl: settleQueue, MessageBody: message.body }));
    await remove(url, message.handle);
  }

  return {
    sendTasks: async (to, messages) => sendAll(client, urlOf(to), messages),
    sendPermits: async (to, messages) => sendAll(client, urlOf(to), messages),
    sendSeeTo: async (messages) => sendAll(client, urlOf("settle"), messages),

    async receiveTask(from, options): Promise<Received<TaskMessage> | undefined> {
      const url = urlOf(from);
      for (let unreadable = 0; unreadable < MAX_UNREADABLE; unreadable++) {
        const message = await receiveOne(url, options);
        if (!message) return undefined;
        const body = parseTaskMessage(message.body);
        if (body) return { ...message, body };
        await putAway(url, message);
      }
      return undefined;
    },

    async receivePermit(from, options) {
      const message = await receiveOne(urlOf(from), options);
      return message && { ...message, body: parsePermit(message.body) };
    },

    hide: async (queue, handle, seconds) => hide(urlOf(queue), handle, seconds),

    remove: async (queue, handle) => remove(urlOf(queue), handle),

    depth: async (queue) => readDepthOf(urlOf(queue)),

    receiveDead: async (queue) => receiveDead(client, deadQueueUrl(resources, queue), queue),
    showDead: async (queue, handle) => hide(deadQueueUrl(resources, queue), handle, 0),
    deadDepth: async (queue) => readDepthOf(deadQueueUrl(resources, queue)),
    removeDead: async (queue, handle) => remove(deadQueueUrl(resources, queue), handle),
  };
}
