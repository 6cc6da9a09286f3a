/**
 * Which IAM actions a request needs, and on which resources: as AWS's service authorization
 * reference lists them.
 */
import type { Call } from "../gateway/call.ts";
import { arn, lastPart, objectArn } from "../identity.ts";
import { isObject, type Json } from "../json.ts";

/** All of a request's must be allowed. */
export interface Needed {
  action: string;
  resource: string;
}

export function neededBy({
  service,
  operation,
  body,
}: Pick<Call, "service" | "operation" | "body">) {
  switch (service) {
    case "sqs":
      return [sqs(operation, body)];
    case "dynamodb":
      return dynamodb(operation, body);
    case "s3":
      return s3(operation, body);
    case "lambda":
      return [lambda(body)];
    case "events":
      return events(operation, body);
    case "xray":
      return [{ action: `xray:${operation}`, resource: "*" }];
  }
}

/** Batches need the action of their parts. */
function sqs(operation: string, { QueueUrl, QueueName }: Json): Needed {
  const queue = lastPart(String(QueueUrl ?? QueueName ?? "*"));
  return { action: `sqs:${operation.replace(/Batch$/, "")}`, resource: arn("sqs", queue) };
}

/** What a transaction's parts need; their names are those of the parts. */
const PARTS: Readonly<Record<string, string>> = {
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
  Get: "GetItem",
};

function dynamodb(operation: string, body: Json): Needed[] {
  if (Array.isArray(body.TransactItems)) {
    return (body.TransactItems as Json[]).flatMap((item) =>
      Object.entries(item).map(([part, value]) => ({
        action: `dynamodb:${PARTS[part] ?? part}`,
        resource: table((value as Json).TableName),
      })),
    );
  }
  const action = `dynamodb:${operation}`;
  if (isObject(body.RequestItems)) {
    return Object.keys(body.RequestItems).map((name) => ({ action, resource: table(name) }));
  }
  const index = body.IndexName === undefined ? "" : `/index/${String(body.IndexName)}`;
  return [{ action, resource: `${table(body.TableName)}${index}` }];
}

function table(name: unknown): string {
  return arn("dynamodb", `table/${lastPart(String(name ?? "*"))}`);
}

/** Reading what an object is like needs the same as reading it. */
function s3(operation: string, { Bucket, Key, Tagging }: Json): Needed[] {
  const resource = objectArn(String(Bucket), String(Key));
  const action = `s3:${operation === "HeadObject" ? "GetObject" : operation}`;
  const tagged = operation === "PutObject" && Tagging !== undefined;
  return [{ action, resource }, ...(tagged ? [{ action: "s3:PutObjectTagging", resource }] : [])];
}

function lambda({ FunctionName, Qualifier }: Json): Needed {
  const version = Qualifier === undefined ? "" : `:${String(Qualifier)}`;
  return {
    action: "lambda:InvokeFunction",
    resource: arn("lambda", `function:${lastPart(String(FunctionName))}${version}`),
  };
}

/** Each entry names its bus; without a name it is the account's own. */
function events(operation: string, { Entries }: Json): Needed[] {
  const entries = Array.isArray(Entries) ? (Entries as Json[]) : [];
  const buses = entries.map((entry) => lastPart(String(entry.EventBusName ?? "default")));
  return [...new Set(buses.length > 0 ? buses : ["default"])].map((bus) => ({
    action: `events:${operation}`,
    resource: arn("events", `event-bus/${bus}`),
  }));
}
