/**
 * Finds what DynamoDB would bill for each call, without the caller's noticing.
 */
import type { Answer, Call, Interceptor } from "../gateway/call.ts";
import { isObject, type Json } from "../json.ts";
import { itemSize } from "./itemSize.ts";

const READS = new Set(["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"]);
const WRITES = new Set([
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "BatchWriteItem",
  "TransactWriteItems",
]);

/**
 * The emulator tells the units of what succeeded. A refused condition is billed too, on the size
 * of the item as it stands, and an error carries no units: so the item is asked for and measured.
 */
export const meterUnits: Interceptor = async (call, next) => {
  const { service, operation, body } = call;
  const writes = WRITES.has(operation);
  if (service !== "dynamodb" || !(writes || READS.has(operation))) return next(call);
  const answer = await next({ ...call, body: ask(body) });
  const units = answer.status === 200 ? consumed(answer.body) : refused(call, answer);
  return {
    ...answer,
    body: strip(call, answer),
    units: writes ? { read: 0, write: units } : { read: units, write: 0 },
  };
};

function ask(body: Json): Json {
  const asked = { ...body };
  asked.ReturnConsumedCapacity = told(body) ? body.ReturnConsumedCapacity : "TOTAL";
  if (body.ConditionExpression) asked.ReturnValuesOnConditionCheckFailure = "ALL_OLD";
  if (Array.isArray(body.TransactItems)) {
    asked.TransactItems = (body.TransactItems as Json[]).map((item) =>
      mapValues(item, (part) =>
        part.ConditionExpression
          ? { ...part, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }
          : part,
      ),
    );
  }
  return asked;
}

/** Whether the caller asked for the units itself. */
function told(body: Json): boolean {
  return body.ReturnConsumedCapacity === "TOTAL" || body.ReturnConsumedCapacity === "INDEXES";
}

function consumed({ ConsumedCapacity: capacity }: Json): number {
  const list = Array.isArray(capacity) ? (capacity as Json[]) : [capacity ?? {}];
  return list.reduce((sum: number, each) => sum + Number((each as Json).CapacityUnits ?? 0), 0);
}

function refused({ body }: Call, answer: Answer): number {
  const error = String(answer.body.__type);
  if (error.endsWith("#ConditionalCheckFailedException")) return writeUnits(answer.body.Item);
  if (!error.endsWith("#TransactionCanceledException")) return 0;
  const reasons = (answer.body.CancellationReasons ?? []) as Json[];
  const items = (body.TransactItems ?? []) as Record<string, Json>[];
  return items.reduce(
    (sum, item, index) => sum + 2 * writeUnits(reasons[index]?.Item ?? item.Put?.Item),
    0,
  );
}

/** One for each started kilobyte; for an item that is not there, one. */
function writeUnits(item: unknown): number {
  return isObject(item) ? Math.max(1, Math.ceil(itemSize(item) / 1024)) : 1;
}

/** Takes away what only the ledger asked for. */
function strip({ body: asked }: Call, answer: Answer): Json {
  const body = { ...answer.body };
  if (!told(asked)) delete body.ConsumedCapacity;
  if (answer.status === 200) return body;
  if (asked.ReturnValuesOnConditionCheckFailure !== "ALL_OLD") delete body.Item;
  if (Array.isArray(body.CancellationReasons)) {
    const items = (asked.TransactItems ?? []) as Record<string, Json>[];
    body.CancellationReasons = (body.CancellationReasons as Json[]).map((reason, index) => {
      const part = Object.values(items[index] ?? {})[0];
      if (part?.ReturnValuesOnConditionCheckFailure === "ALL_OLD") return reason;
      const { Item: _, ...rest } = reason;
      return rest;
    });
  }
  return body;
}

function mapValues(object: Json, change: (value: Json) => Json): Json {
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [key, change(value as Json)]),
  );
}
