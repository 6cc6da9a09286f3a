/**
 * Writing many items without conditions.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { inBatches } from "../../core/parallel.ts";
import { chunksOf } from "../chunks.ts";
import { pauseMs } from "./backoff.ts";
import type { Item } from "./item.ts";
import type { Table } from "./table.ts";

/** DynamoDB writes at most this many items at once. */
const ITEMS_AT_ONCE = 25;

/** DynamoDB leaves out what is throttled; sent again this often in all. */
const MAX_ATTEMPTS = 10;

/**
 * Puts items with different keys; several requests of 25 each are under way at once.
 * @throws Error if DynamoDB goes on leaving some out (for about 3 seconds); what was put stays
 */
export async function writeInBatches(table: Table, items: readonly Item[]): Promise<void> {
  await inBatches(chunksOf(items, ITEMS_AT_ONCE), (chunk) => writeChunk(table, chunk));
}

async function writeChunk({ client, name }: Table, chunk: readonly Item[]): Promise<void> {
  let requests = chunk.map((item): WriteRequest => ({ PutRequest: { Item: item } }));
  for (let attempt = 1; ; attempt++) {
    const command = new BatchWriteCommand({ RequestItems: { [name]: requests } });
    const { UnprocessedItems } = await client.send(command);
    requests = (UnprocessedItems?.[name] ?? []) as WriteRequest[];
    if (requests.length === 0) return;
    if (attempt === MAX_ATTEMPTS) {
      throw new Error(`DynamoDB left ${requests.length} items unwritten in ${attempt} attempts.`);
    }
    await sleep(pauseMs(attempt));
  }
}

interface WriteRequest {
  PutRequest: { Item: Item };
}
