/**
 * A future as an item: the attributes have the names of the record's fields, the id is the
 * partition key (and is not stored twice), and the watchers are a string set.
 */
import type { FutureRecord } from "../../core/future.ts";
import { FUTURE, futureKey } from "./keys.ts";

/** An item as the document client takes and gives it. */
export type Item = Record<string, unknown>;

export function toItem({ id, watchers, ...fields }: FutureRecord): Item {
  return {
    ...futureKey(id),
    ...fields,
    // DynamoDB knows no empty set.
    ...(watchers && watchers.length > 0 ? { watchers: new Set(watchers) } : {}),
  };
}

export function toRecord({ pk, sk, watchers, ...fields }: Item): FutureRecord {
  if (sk !== FUTURE) throw new TypeError(`${pk}/${sk} is no future`);
  const record = { id: pk, ...fields } as unknown as FutureRecord;
  return watchers instanceof Set ? { ...record, watchers: [...watchers] as string[] } : record;
}
