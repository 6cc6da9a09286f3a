/**
 * Reading many items by their keys.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { inBatches } from "../../core/parallel.ts";
import { chunksOf } from "../chunks.ts";
import { pauseMs } from "./backoff.ts";
import { readItems } from "./commands.ts";
import type { Item } from "./item.ts";
import type { Key } from "./keys.ts";
import type { Table } from "./table.ts";

/** DynamoDB reads at most this many items at once. */
const KEYS_AT_ONCE = 100;

/** DynamoDB leaves out what is throttled or beyond 16 MB; asked again this often in all. */
const MAX_ATTEMPTS = 10;

/**
 * The items that exist, in no order; several requests of 100 keys each are under way at once.
 * @param keys without duplicates
 * @throws Error if DynamoDB goes on leaving some out (for about 3 seconds)
 */
export async function readInBatches(table: Table, keys: readonly Key[]): Promise<Item[]> {
  const found = await inBatches(chunksOf(keys, KEYS_AT_ONCE), (chunk) => readChunk(table, chunk));
  return found.flat();
}

async function readChunk(table: Table, chunk: readonly Item[]): Promise<Item[]> {
  const found: Item[] = [];
  let keys = chunk;
  for (let attempt = 1; ; attempt++) {
    const answer = await table.client.send(new BatchGetCommand(readItems(table.name, keys)));
    found.push(...(answer.Responses?.[table.name] ?? []));
    keys = answer.UnprocessedKeys?.[table.name]?.Keys ?? [];
    if (keys.length === 0) return found;
    if (attempt === MAX_ATTEMPTS) {
      throw new Error(`DynamoDB left ${keys.length} items unread in ${attempt} attempts.`);
    }
    await sleep(pauseMs(attempt));
  }
}
