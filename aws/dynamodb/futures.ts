/**
 * Futures in the table.
 */
import { GetCommand, PutCommand, ScanCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { FutureRecord } from "../../core/future.ts";
import type { Change, Store, When, Written } from "../../core/ports.ts";
import { insertFuture, readItem, scanFutures, updateFuture } from "./commands.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { type Item, toRecord } from "./item.ts";
import { futureKey } from "./keys.ts";
import { readInBatches } from "./readInBatches.ts";
import { type Table, unlessRefused } from "./table.ts";

type Futures = Pick<Store, "insert" | "read" | "readMany" | "update" | "scan">;

export function createFutures(table: Table): Futures {
  return {
    insert: (record) => insert(table, record),
    read: (id) => read(table, id),
    readMany: (ids) => readMany(table, ids),
    update: (id, when, change) => update(table, id, when, change),
    scan: (cursor) => scan(table, cursor),
  };
}

/**
 * Stores a new future. The SDK repeats a put whose answer was lost, and the repeat is refused by
 * the first one's effect: a stored future of the same request, made in the same millisecond, is
 * ours. (Two callers may submit the same in one millisecond. Then both are told that they made it,
 * and both perform what it owes, which is harmless.)
 */
async function insert(table: Table, record: FutureRecord): Promise<Written> {
  const command = new PutCommand(insertFuture(table.name, record));
  const { refused } = await unlessRefused(table.client.send(command));
  if (!refused) return { applied: true, record };
  const stored = refused.item && toRecord(refused.item);
  const isOurs = stored?.request === record.request && stored.createdAt === record.createdAt;
  return isOurs ? { applied: true, record: stored } : { applied: false, record: stored };
}

/**
 * Changes a future if all of `when` holds. A repeat by the SDK, after a lost answer, is refused
 * too (or sets the same again): whoever must tell that from a lost race puts a token into the
 * change and compares it with the record that is given back.
 */
async function update(table: Table, id: string, when: When, change: Change): Promise<Written> {
  const command = new UpdateCommand(updateFuture(table.name, id, when, change));
  const { output, refused } = await unlessRefused(table.client.send(command));
  if (refused) return { applied: false, record: refused.item && toRecord(refused.item) };
  return { applied: true, record: toRecord(output.Attributes as Item) };
}

async function read(table: Table, id: string): Promise<FutureRecord | undefined> {
  const { Item } = await table.client.send(new GetCommand(readItem(table.name, futureKey(id))));
  return Item && toRecord(Item);
}

async function readMany(table: Table, ids: readonly string[]): Promise<Map<string, FutureRecord>> {
  const items = await readInBatches(table, [...new Set(ids)].map(futureKey));
  return new Map(items.map(toRecord).map((record) => [record.id, record]));
}

async function scan(table: Table, cursor: string | undefined) {
  const from = cursor === undefined ? undefined : decodeCursor(cursor);
  const page = await table.client.send(new ScanCommand(scanFutures(table.name, from)));
  const records = (page.Items ?? []).map(toRecord);
  return page.LastEvaluatedKey === undefined
    ? { records }
    : { records, cursor: encodeCursor(page.LastEvaluatedKey) };
}
