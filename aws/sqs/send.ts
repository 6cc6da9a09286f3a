/**
 * Sending messages, all of them or an error.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { inBatches } from "../../core/parallel.ts";
import type { Outgoing } from "../../core/ports.ts";
import { chunksOf } from "../chunks.ts";
import { batchEntries, MESSAGES_AT_ONCE, sendBatch, sendOne } from "./commands.ts";

/** A batch may be taken in part; the rest is sent again, this often in all… */
const MAX_ATTEMPTS = 4;
/** …after a pause of at most this many milliseconds, which doubles with each. */
const FIRST_PAUSE_MS = 100;

/** Some messages were not taken. Others of the same call were: sending all again is harmless. */
class SendError extends Error {
  override name = "SendError";
}

/**
 * Sends messages; batches of ten beyond one, many batches at once.
 * @throws SendError if some are not taken; what was taken stays
 */
export async function sendAll(
  client: SQSClient,
  url: string,
  messages: readonly Outgoing<unknown>[],
): Promise<void> {
  const [first] = messages;
  if (first && messages.length === 1) {
    await client.send(new SendMessageCommand(sendOne(url, first)));
    return;
  }
  await inBatches(chunksOf(messages, MESSAGES_AT_ONCE), (chunk) => sendChunk(client, url, chunk));
}

async function sendChunk(
  client: SQSClient,
  url: string,
  chunk: readonly Outgoing<unknown>[],
): Promise<void> {
  let entries = batchEntries(chunk);
  for (let attempt = 1; ; attempt++) {
    const { Failed = [] } = await client.send(new SendMessageBatchCommand(sendBatch(url, entries)));
    if (Failed.length === 0) return;
    // A fault of ours would be refused again.
    if (attempt === MAX_ATTEMPTS || Failed.some((each) => each.SenderFault)) {
      throw new SendError(describe(Failed, url));
    }
    const failed = new Set(Failed.map((each) => each.Id));
    entries = entries.filter((entry) => failed.has(entry.Id));
    await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}

function describe(failed: readonly BatchResultErrorEntry[], url: string): string {
  const codes = [...new Set(failed.map(({ Code, Message }) => `${Code}: ${Message ?? ""}`))];
  return `${url} did not take ${failed.length} messages (${codes.join("; ")}).`;
}
