import { expect, test } from "vitest";
import type { Service } from "../../local/gateway/call.ts";
import { neededBy } from "../../local/iam/actions.ts";

const QueueUrl = "http://127.0.0.1:1/000000000000/jobs";
const at = (service: string, rest: string) => `arn:aws:${service}:us-east-1:000000000000:${rest}`;
const jobs = at("sqs", "jobs");
const one = at("dynamodb", "table/one");
const two = at("dynamodb", "table/two");

test.each<[Service, string, Record<string, unknown>, [string, string][]]>([
  ["sqs", "SendMessage", { QueueUrl }, [["sqs:SendMessage", jobs]]],
  ["sqs", "SendMessageBatch", { QueueUrl }, [["sqs:SendMessage", jobs]]],
  ["sqs", "DeleteMessageBatch", { QueueUrl }, [["sqs:DeleteMessage", jobs]]],
  ["sqs", "ChangeMessageVisibilityBatch", { QueueUrl }, [["sqs:ChangeMessageVisibility", jobs]]],
  ["sqs", "GetQueueUrl", { QueueName: "jobs" }, [["sqs:GetQueueUrl", jobs]]],
  ["dynamodb", "GetItem", { TableName: "one" }, [["dynamodb:GetItem", one]]],
  ["dynamodb", "GetItem", { TableName: one }, [["dynamodb:GetItem", one]]],
  [
    "dynamodb",
    "Query",
    { TableName: "one", IndexName: "by" },
    [["dynamodb:Query", `${one}/index/by`]],
  ],
  [
    "dynamodb",
    "BatchGetItem",
    { RequestItems: { one: {}, two: {} } },
    [
      ["dynamodb:BatchGetItem", one],
      ["dynamodb:BatchGetItem", two],
    ],
  ],
  ["dynamodb", "BatchWriteItem", { RequestItems: { one: [] } }, [["dynamodb:BatchWriteItem", one]]],
  [
    "dynamodb",
    "TransactWriteItems",
    {
      TransactItems: [
        { Put: { TableName: "one" } },
        { Update: { TableName: "one" } },
        { Delete: { TableName: "two" } },
        { ConditionCheck: { TableName: "two" } },
      ],
    },
    [
      ["dynamodb:PutItem", one],
      ["dynamodb:UpdateItem", one],
      ["dynamodb:DeleteItem", two],
      ["dynamodb:ConditionCheckItem", two],
    ],
  ],
  [
    "dynamodb",
    "TransactGetItems",
    { TransactItems: [{ Get: { TableName: "one" } }] },
    [["dynamodb:GetItem", one]],
  ],
  [
    "lambda",
    "Invoke",
    { FunctionName: "f" },
    [["lambda:InvokeFunction", at("lambda", "function:f")]],
  ],
  [
    "events",
    "PutEvents",
    { Entries: [{}] },
    [["events:PutEvents", at("events", "event-bus/default")]],
  ],
  ["xray", "PutTraceSegments", {}, [["xray:PutTraceSegments", "*"]]],
])("%s %s needs its actions", (service, operation, body, expected) => {
  const needed = neededBy({ service, operation, body });
  expect(needed.map(({ action, resource }) => [action, resource])).toEqual(expected);
});
