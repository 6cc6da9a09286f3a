/**
 * The commands on what stands beside a future: tallies, watchers, pages of large texts, due times.
 */
import type {
  DeleteCommandInput,
  PutCommandInput,
  QueryCommandInput,
  UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import type { DueEntry } from "../../core/ports.ts";
import { Placeholders } from "./expression.ts";
import type { Item } from "./item.ts";
import {
  blobPageKey,
  dueKey,
  dueShardKey,
  sortableTime,
  tallyKey,
  WATCHER_PREFIX,
  watcherKey,
} from "./keys.ts";

/**
 * Side items are kept for this many days after they are written, longer than anything may need
 * them: what they belong to lives for up to a year until it settles, and then for up to 400 days more
 * (`WATCHED_DAYS` of core/settlement.ts).
 */
const SIDE_ITEM_DAYS = 800;

/** When a side item written now may be deleted, in seconds since the epoch. */
export function sideItemExpiry(now: number): number {
  return Math.ceil(now / 1000) + SIDE_ITEM_DAYS * 86_400;
}

/**
 * Appends a report to a tally, creating it with the first one. Codes are appended once: the
 * condition and the append are one atomic write.
 */
export function reportCode(
  table: string,
  tally: string,
  { code, at }: { code: number; at?: number | undefined },
  expires: number,
): UpdateCommandInput {
  const placeholders = new Placeholders();
  const codes = placeholders.name("codes");
  const none = placeholders.value("none", []);
  const one = placeholders.value("one", [code]);
  const expiry = `${placeholders.name("expires")} = ${placeholders.value("expires", expires)}`;
  const append = (list: string, item: string) =>
    `${list} = list_append(if_not_exists(${list}, ${none}), ${item})`;
  const when =
    at === undefined ? [] : [append(placeholders.name("times"), placeholders.value("at", [at]))];
  const isFirst = `attribute_not_exists(${codes})`;
  const isNew = `NOT contains(${codes}, ${placeholders.value("code", code)})`;
  return {
    TableName: table,
    Key: tallyKey(tally),
    ConditionExpression: `${isFirst} OR ${isNew}`,
    UpdateExpression: `SET ${[append(codes, one), ...when, expiry].join(", ")}`,
    ...placeholders.toInput(),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

export function watcherItem(id: string, watcher: string, expires: number): Item {
  return { ...watcherKey(id, watcher), expires };
}

export function deleteWatcherItem(table: string, id: string, watcher: string): DeleteCommandInput {
  return { TableName: table, Key: watcherKey(id, watcher) };
}

export function queryWatchers(
  table: string,
  id: string,
  limit: number,
  from: Item | undefined,
): QueryCommandInput {
  const placeholders = new Placeholders();
  const ofFuture = `${placeholders.name("pk")} = ${placeholders.value("id", id)}`;
  const prefix = placeholders.value("prefix", WATCHER_PREFIX);
  return {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: `${ofFuture} AND begins_with(${placeholders.name("sk")}, ${prefix})`,
    ...placeholders.toInput(),
    Limit: limit,
    ...(from === undefined ? {} : { ExclusiveStartKey: from }),
  };
}

/** @param pages how many pages the text has; stands in page 0, which is written last */
export function putBlobPage(
  table: string,
  { id, name, page }: { id: string; name: string; page: number },
  text: string,
  pages: number,
  expires: number,
): PutCommandInput {
  const count = page === 0 ? { pages } : {};
  return { TableName: table, Item: { ...blobPageKey(id, name, page), text, ...count, expires } };
}

/** A text of one page, unless one stands there. */
export function claimBlobPage(
  table: string,
  id: string,
  name: string,
  text: string,
  expires: number,
): PutCommandInput {
  const placeholders = new Placeholders();
  return {
    ...putBlobPage(table, { id, name, page: 0 }, text, 1, expires),
    ConditionExpression: `attribute_not_exists(${placeholders.name("pk")})`,
    ...placeholders.toInput(),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

/** An entry outlives its own time by as much as other side items outlive their writing. */
export function putDueEntry(table: string, entry: DueEntry, now: number): PutCommandInput {
  const expires = sideItemExpiry(Math.max(now, entry.at));
  return { TableName: table, Item: { ...dueKey(entry), expires } };
}

export function deleteDueEntry(table: string, entry: DueEntry): DeleteCommandInput {
  return { TableName: table, Key: dueKey(entry) };
}

/** The first entries of one shard that are due at that time, the earliest first. */
export function queryDue(
  table: string,
  shard: number,
  at: number,
  limit: number,
): QueryCommandInput {
  const placeholders = new Placeholders();
  const ofShard = `${placeholders.name("pk")} = ${placeholders.value("shard", dueShardKey(shard))}`;
  // Keys are `<time>#<id>`: all of this millisecond come before the bare text of the next.
  const next = placeholders.value("next", sortableTime(Math.floor(at) + 1));
  return {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: `${ofShard} AND ${placeholders.name("sk")} < ${next}`,
    ...placeholders.toInput(),
    Limit: limit,
  };
}
