/**
 * The queue, table, bucket, function or bus that a request names.
 */
import { lastPart } from "../identity.ts";
import { isObject, type Json } from "../json.ts";
import type { Service } from "./call.ts";

export function resourceOf(service: Service, body: Json): string {
  if (service === "sqs") {
    if (typeof body.QueueUrl === "string") return lastPart(body.QueueUrl);
    return typeof body.QueueName === "string" ? body.QueueName : "";
  }
  if (service === "lambda") return lastPart(String(body.FunctionName));
  if (service === "events") return "default";
  if (service === "s3") return String(body.Bucket);
  if (typeof body.TableName === "string") return lastPart(body.TableName);
  if (isObject(body.RequestItems)) return Object.keys(body.RequestItems).join(",");
  if (Array.isArray(body.TransactItems)) {
    const tables = (body.TransactItems as Json[]).flatMap((item) =>
      Object.values(item).map((part) => String((part as Json).TableName)),
    );
    return [...new Set(tables)].join(",");
  }
  return "";
}
