import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awsError, BrokenConnection, type Cloud, startCloud, total } from "../../local/index.ts";
import { queue, table, type WrittenAssembly, writeAssembly } from "./fixtures/assembly.ts";
import { awsCall, dynamo, sqs } from "./fixtures/clients.ts";

let assembly: WrittenAssembly;
let cloud: Cloud;

beforeAll(async () => {
  assembly = writeAssembly({
    Notes: table({ TableName: "notes" }),
    Work: queue({ QueueName: "work" }),
    Shared: queue({ QueueName: "shared" }),
    Forbidden: queue({ QueueName: "forbidden" }),
    Flaky: queue({ QueueName: "flaky" }),
  });
  cloud = await startCloud({
    assembly: assembly.directory,
    interceptors: [
      (call, next) => {
        if (call.resource !== "forbidden") return next(call);
        return Promise.resolve(awsError("sqs", 403, "AccessDenied", "no policy allows it"));
      },
      async (call, next) => {
        const answer = await next(call);
        if (call.resource === "flaky" && call.operation === "SendMessage") {
          throw new BrokenConnection("the answer is lost");
        }
        return answer;
      },
    ],
  });
});

afterAll(async () => {
  await cloud?.stop();
  assembly?.remove();
});

const key = (pk: string) => ({ pk: { S: pk }, sk: { S: "x" } });
const kilobytes = (count: number) => ({ S: "x".repeat(count * 1024 - 100) });

test("whoever signs with an unknown key is refused as AWS would", async () => {
  const stranger = { ...cloud.aws, credentials: { accessKeyId: "AKIA", secretAccessKey: "x" } };
  const asked = await awsCall(stranger, "DynamoDB_20120810.GetItem", { TableName: "notes" });
  expect(asked.status).toBe(400);
  expect(asked.body.__type).toMatch(/#UnrecognizedClientException$/);
  expect((await sqs(stranger, "work")("ReceiveMessage")).status).toBe(403);
});

test("a service that is not emulated is refused, not passed on to AWS", async () => {
  const answer = await awsCall(cloud.aws, "TrentService.Encrypt", {});
  expect(answer.status).toBe(400);
  expect(answer.body.message).toMatch(/TrentService/);
});

test("receives count by what they brought", async () => {
  const before = cloud.requests.snapshot();
  const work = sqs(cloud.aws, "work");
  await work("ReceiveMessage");
  await work("SendMessage", { MessageBody: "one" });
  await work("ReceiveMessage");
  await work("ReceiveMessage");
  const receives = total(cloud.requests.since(before), {
    caller: "operator",
    operation: "ReceiveMessage",
    resource: "work",
  });
  expect(receives).toMatchObject({ requests: 3, empty: 2, messages: 1 });
});

describe("units are billed as DynamoDB bills them, and not shown unasked", () => {
  async function cost(operation: string, body: Record<string, unknown>) {
    const before = cloud.requests.snapshot();
    const answer = await dynamo(cloud.aws, "notes")(operation, body);
    const { readUnits, writeUnits } = total(cloud.requests.since(before));
    return { answer: answer.body, readUnits, writeUnits };
  }

  test("a write on the larger image, a refused one on the item as it stands", async () => {
    const Item = { ...key("w"), v: kilobytes(3) };
    expect(await cost("PutItem", { Item })).toEqual({ answer: {}, readUnits: 0, writeUnits: 3 });
    const update = { Key: key("w"), UpdateExpression: "REMOVE v" };
    const refused = await cost("UpdateItem", {
      ...update,
      ConditionExpression: "attribute_not_exists(pk)",
    });
    expect(refused.writeUnits).toBe(3);
    expect(refused.answer).not.toHaveProperty("Item");
    expect((await cost("UpdateItem", update)).writeUnits).toBe(3);
    expect((await cost("UpdateItem", update)).writeUnits).toBe(1);
    const absent = { ...update, Key: key("?"), ConditionExpression: "attribute_exists(pk)" };
    expect((await cost("UpdateItem", absent)).writeUnits).toBe(1);
  });

  test("a refused condition shows the item to whoever asked for it", async () => {
    await cost("PutItem", { Item: { ...key("seen"), v: { S: "old" } } });
    const { answer } = await cost("PutItem", {
      Item: key("seen"),
      ConditionExpression: "attribute_not_exists(pk)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    expect(answer.Item).toMatchObject({ v: { S: "old" } });
  });

  test("a read by 4 KB, half if it need not be consistent", async () => {
    await cost("PutItem", { Item: { ...key("r"), v: kilobytes(5) } });
    expect((await cost("GetItem", { Key: key("r"), ConsistentRead: true })).readUnits).toBe(2);
    expect((await cost("GetItem", { Key: key("r") })).readUnits).toBe(1);
    expect((await cost("GetItem", { Key: key("absent") })).readUnits).toBe(0.5);
    const query = {
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: "r" } },
      ProjectionExpression: "sk",
      ConsistentRead: true,
    };
    expect((await cost("Query", query)).readUnits).toBe(2);
    const batch = { notes: { ConsistentRead: true, Keys: [key("r"), key("absent")] } };
    expect((await cost("BatchGetItem", { RequestItems: batch })).readUnits).toBe(3);
  });

  test("a transaction twice, refused or not", async () => {
    const TableName = "notes";
    const TransactItems = [
      { Put: { TableName, Item: { ...key("t1"), v: kilobytes(2) } } },
      {
        Put: { TableName, Item: key("t2"), ConditionExpression: "attribute_not_exists(pk)" },
      },
    ];
    expect((await cost("TransactWriteItems", { TransactItems })).writeUnits).toBe(6);
    const { answer, writeUnits } = await cost("TransactWriteItems", { TransactItems });
    expect(writeUnits).toBe(6);
    expect(JSON.stringify(answer)).not.toContain('"Item"');
  });
});

describe("long polls last as those of SQS", () => {
  test("a message that another poll takes does not end a poll early", async () => {
    const shared = sqs(cloud.aws, "shared");
    const polls = [1, 2].map(() => shared("ReceiveMessage", { WaitTimeSeconds: 5 }));
    await shared("SendMessage", { MessageBody: "first" });
    const first = await Promise.race(polls);
    expect(first.body.Messages).toHaveLength(1);
    await shared("SendMessage", { MessageBody: "second" });
    for (const answer of await Promise.all(polls)) expect(answer.body.Messages).toHaveLength(1);
  });

  test("a poll whose caller hung up takes no message away", async () => {
    const work = sqs(cloud.aws, "work");
    const leaving = new AbortController();
    const abandoned = work("ReceiveMessage", { WaitTimeSeconds: 20 }, leaving.signal);
    await work("GetQueueAttributes"); // the poll, sent before, has arrived
    leaving.abort();
    await expect(abandoned).rejects.toThrow();
    await work("GetQueueAttributes"); // so has its end
    await work("SendMessage", { MessageBody: "not lost" });
    const { body } = await work("ReceiveMessage", { WaitTimeSeconds: 2 });
    expect(body.Messages).toMatchObject([{ Body: "not lost" }]);
  });
});

test("a message that became visible is counted so, though nobody receives", async () => {
  const work = sqs(cloud.aws, "work");
  await work("SendMessage", { MessageBody: "later", DelaySeconds: 1 });
  const visible = async () => {
    const { body } = await work("GetQueueAttributes", { AttributeNames: ["All"] });
    return (body.Attributes as Record<string, string>).ApproximateNumberOfMessages;
  };
  expect(await visible()).toBe("0");
  await expect.poll(visible, { timeout: 3000 }).toBe("1");
});

describe("what stands between callers and emulators", () => {
  test("can refuse a call", async () => {
    const answer = await sqs(cloud.aws, "forbidden")("SendMessage", { MessageBody: "x" });
    expect(answer).toMatchObject({ status: 403, body: { message: "no policy allows it" } });
  });

  test("can lose an answer after its effect", async () => {
    await expect(sqs(cloud.aws, "flaky")("SendMessage", { MessageBody: "x" })).rejects.toThrow();
    expect(cloud.queues.depth("flaky").ready).toBe(1);
  });
});
