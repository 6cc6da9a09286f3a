/**
 * DynamoDB's own notation of values. The document client translates answers, but not the item
 * that comes with a refused condition (`ReturnValuesOnConditionCheckFailure`): that is done here.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Item } from "./item.ts";

export function plainItem(item: Record<string, AttributeValue>): Item {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plain(value)]));
}

/** Of the types that this table holds: no bytes, no sets but of strings. */
function plain(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return Number(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.L !== undefined) return value.L.map(plain);
  if (value.M !== undefined) return plainItem(value.M);
  throw new TypeError(`The table holds no values such as ${Object.keys(value).join(", ")}.`);
}
