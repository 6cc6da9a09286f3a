/**
 * The commands on futures: pure functions from what core asks for to what DynamoDB is sent.
 *
 * What they cost, with an item below 1 KB: a write (refused or not) 1 write unit, a consistent
 * read 1 read unit for each 4 KB. A plain task takes one put and two updates in all: it is
 * submitted, claimed, settled.
 */
import type {
  BatchGetCommandInput,
  GetCommandInput,
  PutCommandInput,
  ScanCommandInput,
  UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import type { FutureRecord } from "../../core/future.ts";
import type { Change, When } from "../../core/ports.ts";
import { updateOf } from "./change.ts";
import { conditionOf } from "./condition.ts";
import { Placeholders } from "./expression.ts";
import { type Item, toItem } from "./item.ts";
import { FUTURE, futureKey, type Key } from "./keys.ts";

/** Items looked at for one page of a scan: few enough to be dealt with within seconds. */
const SCAN_PAGE = 200;

export function insertFuture(table: string, record: FutureRecord): PutCommandInput {
  const placeholders = new Placeholders();
  return {
    TableName: table,
    Item: toItem(record),
    ConditionExpression: `attribute_not_exists(${placeholders.name("pk")})`,
    ...placeholders.toInput(),
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

export function updateFuture(
  table: string,
  id: string,
  when: When,
  change: Change,
): UpdateCommandInput {
  const placeholders = new Placeholders();
  const update = updateOf(change, placeholders);
  return {
    TableName: table,
    Key: futureKey(id),
    ConditionExpression: conditionOf(when, placeholders),
    ...(update === undefined ? {} : { UpdateExpression: update }),
    ...placeholders.toInput(),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
}

export function readItem(table: string, key: Key): GetCommandInput {
  return { TableName: table, Key: key, ConsistentRead: true };
}

/** At most 100 keys, without duplicates: DynamoDB refuses others. */
export function readItems(table: string, keys: readonly Item[]): BatchGetCommandInput {
  return { RequestItems: { [table]: { Keys: [...keys], ConsistentRead: true } } };
}

export function scanFutures(table: string, from: Item | undefined): ScanCommandInput {
  const placeholders = new Placeholders();
  return {
    TableName: table,
    ConsistentRead: true,
    FilterExpression: `${placeholders.name("sk")} = ${placeholders.value("future", FUTURE)}`,
    ...placeholders.toInput(),
    Limit: SCAN_PAGE,
    ...(from === undefined ? {} : { ExclusiveStartKey: from }),
  };
}
