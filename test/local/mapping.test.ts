import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, type Interceptor, startCloud, total } from "../../local/index.ts";
import { doneMessages } from "../../local/mapping/batchResponse.ts";
import {
  lambda,
  mapping,
  queue,
  table,
  type WrittenAssembly,
  writeAssembly,
} from "./fixtures/assembly.ts";
import { dynamo, type Json, sqs } from "./fixtures/clients.ts";

let assembly: WrittenAssembly;
let cloud: Cloud;
let killed = false;

/** Kills the process that first writes a note about "doomed", after the write. */
const killOnce: Interceptor = async (call, next) => {
  const answer = await next(call);
  const doomed = JSON.stringify(call.body.Key)?.includes('"doomed"');
  if (doomed && call.session && !killed) {
    killed = true;
    cloud.functions.kill(call.session);
  }
  return answer;
};

beforeAll(async () => {
  const consumer = lambda("batch", { Environment: { Variables: { TABLE: { Ref: "Notes" } } } });
  assembly = writeAssembly({
    Notes: table({ TableName: "notes" }),
    Batched: queue({ QueueName: "batched", VisibilityTimeout: 1 }),
    Held: queue({ QueueName: "held", VisibilityTimeout: 60 }),
    Dead: queue({ QueueName: "dead" }),
    Poison: queue({
      QueueName: "poison",
      VisibilityTimeout: 0,
      RedrivePolicy: {
        deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] },
        maxReceiveCount: 2,
      },
    }),
    Consumer: consumer,
    Holder: consumer,
    Map: mapping("Batched", "Consumer", { BatchSize: 10 }),
    HoldMap: mapping("Held", "Holder", {
      BatchSize: 1,
      ScalingConfig: { MaximumConcurrency: 2 },
    }),
  });
  cloud = await startCloud({ assembly: assembly.directory, interceptors: [killOnce] });
});

afterAll(async () => {
  // They hold for ever; stop() would give them its two seconds.
  for (const { pid } of cloud?.functions.processes("Holder") ?? []) cloud.functions.kill(pid);
  await cloud?.stop();
  assembly?.remove();
});

async function delivered(body: string): Promise<{ count: number; record: Json }> {
  const Key = { pk: { S: body }, sk: { S: "deliveries" } };
  const { body: answer } = await dynamo(cloud.aws, "notes")("GetItem", { Key });
  const item = answer.Item as { deliveries: { N: string }; record: { S: string } } | undefined;
  return {
    count: Number(item?.deliveries.N ?? 0),
    record: JSON.parse(item?.record.S ?? "{}") as Json,
  };
}

const empty = { ready: 0, inFlight: 0, delayed: 0 };

test("only what failed comes back, and what succeeded is deleted", async () => {
  const Entries = ["fine-1", "fail-2", "fine-3"].map((MessageBody, index) => ({
    Id: String(index),
    MessageBody,
  }));
  await sqs(cloud.aws, "batched")("SendMessageBatch", { Entries });

  await expect.poll(() => cloud.queues.depth("batched"), { timeout: 5000 }).toEqual(empty);
  expect((await delivered("fail-2")).count).toBe(2);
  expect((await delivered("fine-1")).count).toBe(1);
  expect((await delivered("fine-3")).count).toBe(1);
});

test("a message whose process died in mid-invocation is not lost", async () => {
  await sqs(cloud.aws, "batched")("SendMessage", { MessageBody: "crash-1" });

  await expect.poll(async () => (await delivered("crash-1")).count, { timeout: 5000 }).toBe(2);
  await expect.poll(() => cloud.queues.depth("batched")).toEqual(empty);
});

test("a process can be killed right after one of its writes took effect", async () => {
  await sqs(cloud.aws, "batched")("SendMessage", { MessageBody: "doomed" });

  await expect.poll(async () => (await delivered("doomed")).count, { timeout: 5000 }).toBe(2);
  expect(killed).toBe(true);
  await expect.poll(() => cloud.queues.depth("batched")).toEqual(empty);
});

test("records look as those of Lambda", async () => {
  await sqs(cloud.aws, "batched")("SendMessage", {
    MessageBody: "look",
    MessageGroupId: "a tenant",
    MessageAttributes: { kind: { DataType: "String", StringValue: "x" } },
  });

  await expect.poll(async () => (await delivered("look")).count).toBe(1);
  expect((await delivered("look")).record).toMatchObject({
    messageId: expect.any(String) as string,
    receiptHandle: expect.any(String) as string,
    body: "look",
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
      SenderId: "000000000000",
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/) as string,
    },
    messageAttributes: { kind: { stringValue: "x", dataType: "String" } },
    md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:batched",
    awsRegion: "us-east-1",
  });
});

test("no message waits inside the mapping while every slot is busy", async () => {
  const send = sqs(cloud.aws, "held");
  for (const name of ["hold-1", "hold-2", "hold-3"])
    await send("SendMessage", { MessageBody: name });

  const patient = { timeout: 30_000 };
  const held = () => cloud.queues.depth("held");
  await expect.poll(held, patient).toMatchObject({ ready: 1, inFlight: 2 });
  await expect.poll(async () => (await delivered("hold-2")).count, patient).toBe(1);
  expect(cloud.queues.depth("held")).toEqual({ ready: 1, inFlight: 2, delayed: 0 });
  expect(cloud.functions.processes("Holder").map(({ state }) => state)).toEqual(["busy", "busy"]);
});

test("the mapping's requests are counted apart from the function's", () => {
  const counted = cloud.requests.snapshot();
  const mine = total(counted, { caller: "Consumer-mapping", operation: "ReceiveMessage" });
  expect(mine.requests).toBeGreaterThan(0);
  expect(total(counted, { caller: "Consumer", service: "sqs" }).requests).toBe(0);
  expect(
    total(counted, { caller: "Consumer", operation: "UpdateItem" }).writeUnits,
  ).toBeGreaterThan(3);
});

test("a message received too often goes to the dead-letter queue", async () => {
  const poison = sqs(cloud.aws, "poison");
  await poison("SendMessage", { MessageBody: "bad" });
  for (let i = 0; i < 3; i++) await poison("ReceiveMessage");
  expect(cloud.queues.depth("dead").ready).toBe(1);
});

describe("an answer to a batch is read as AWS reads it", () => {
  const ids = ["a", "b"];
  const failures = (value: unknown) => JSON.stringify({ batchItemFailures: value });
  test.each([
    ["nothing", "null", ids],
    ["an empty object", "{}", ids],
    ["no list", failures(null), ids],
    ["an empty list", failures([]), ids],
    ["one failure", failures([{ itemIdentifier: "a" }]), ["b"]],
    ["an unknown id", failures([{ itemIdentifier: "z" }]), []],
    ["an empty id", failures([{ itemIdentifier: "" }]), []],
    ["no id", failures([{ itemIdentifier: null }]), []],
    ["another key", failures([{ id: "a" }]), []],
    ["no list but a text", failures("a"), []],
    ["no object but a text", '"fine"', []],
  ])("%s", (_, payload, done) => {
    expect(doneMessages(payload, ids)).toEqual(done);
  });
});
