/**
 * The keys of the table's items.
 *
 * | item | pk | sk |
 * | --- | --- | --- |
 * | future | its id | `future` |
 * | watcher beyond those in the item | the future's id | `watcher#<watcher>` |
 * | tally, of an aggregate or of a leaf `<id>/<leaf>` | `<name>#tally` | `tally` |
 * | page of a large text | `<id>#blob#<name>#<page>` | `blob` |
 * | entry of the index of due times | `due#<shard>` | `<time, 15 digits>#<id>` |
 * | pauses of all bands | `#pauses` | `pauses` |
 *
 * Ids hold no `#`, so no key of one kind can be that of another. A partition key takes about 1,000
 * write units a second: hence tallies and pages (300 units each) have partition keys of their own,
 * and do not slow down the future that they belong to.
 */
import { createHash } from "node:crypto";
import type { DueEntry } from "../../core/ports.ts";

/** The primary key of an item; a type and not an interface, so that it is a record of values. */
export type Key = {
  pk: string;
  sk: string;
};

/** The sort key of every future, by which a scan tells them from their side items. */
export const FUTURE = "future";

/** The start of the sort keys of watchers. */
export const WATCHER_PREFIX = "watcher#";

const TALLY_SUFFIX = "#tally";

/** Partitions of the index of due times: four of them take 4,000 entries a second. */
export const DUE_SHARDS = 4;

/** Milliseconds as text that sorts like the number, until the year 33658. */
const TIME_DIGITS = 15;

export function futureKey(id: string): Key {
  return { pk: id, sk: FUTURE };
}

export function watcherKey(id: string, watcher: string): Key {
  return { pk: id, sk: `${WATCHER_PREFIX}${watcher}` };
}

/** No id is empty or holds a `#`. */
export const PAUSES_KEY: Key = { pk: "#pauses", sk: "pauses" };

export function tallyKey(name: string): Key {
  return { pk: `${name}${TALLY_SUFFIX}`, sk: "tally" };
}

/** The name of the tally that a key stands for. */
export function tallyNameOf(pk: string): string {
  return pk.slice(0, -TALLY_SUFFIX.length);
}

export function blobPageKey(id: string, name: string, page: number): Key {
  return { pk: `${id}#blob#${name}#${page}`, sk: "blob" };
}

export function dueKey(entry: DueEntry): Key {
  return { pk: dueShardKey(shardOf(entry.id)), sk: `${sortableTime(entry.at)}#${entry.id}` };
}

export function dueShardKey(shard: number): string {
  return `due#${shard}`;
}

/** The entry that a key of the index stands for. */
export function dueEntryOf(sk: string): DueEntry {
  return { at: Number(sk.slice(0, TIME_DIGITS)), id: sk.slice(TIME_DIGITS + 1) };
}

/** Whole milliseconds: a part of one is dropped, so that nothing comes late. */
export function sortableTime(milliseconds: number): string {
  return String(Math.max(0, Math.floor(milliseconds))).padStart(TIME_DIGITS, "0");
}

function shardOf(id: string): number {
  return createHash("sha256").update(id).digest().readUInt8(0) % DUE_SHARDS;
}
