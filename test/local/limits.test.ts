/**
 * AWS's limits of size, against the running parts: whoever enforces them.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../local/index.ts";
import {
  api,
  lambda,
  queue,
  table,
  type WrittenAssembly,
  writeAssembly,
} from "./fixtures/assembly.ts";
import { dynamo, sqs } from "./fixtures/clients.ts";

const KB = 1024;
const MB = 1024 * KB;

let assembly: WrittenAssembly;
let cloud: Cloud;

beforeAll(async () => {
  assembly = writeAssembly({
    Notes: table({ TableName: "notes" }),
    Work: queue({ QueueName: "work" }),
    Echo: lambda("echo"),
    Small: lambda("echo", { MemorySize: 128, Timeout: 60 }),
    ...api({ $default: "Echo" }),
  });
  cloud = await startCloud({ assembly: assembly.directory });
});

afterAll(async () => {
  await cloud?.stop();
  assembly?.remove();
});

const text = (length: number) => "x".repeat(length);

describe("SQS", () => {
  test("takes a message of 1 MiB and no more", async () => {
    const work = sqs(cloud.aws, "work");
    expect((await work("SendMessage", { MessageBody: text(MB) })).status).toBe(200);
    const { status, body } = await work("SendMessage", { MessageBody: text(MB + 1) });
    expect(status).toBe(400);
    expect(body.__type).toMatch(/InvalidParameterValue/);
  });

  test("takes a batch of 1 MiB and no more", async () => {
    const batch = (each: number) => ({
      Entries: [0, 1].map((id) => ({ Id: String(id), MessageBody: text(each) })),
    });
    const work = sqs(cloud.aws, "work");
    expect((await work("SendMessageBatch", batch(MB / 2))).status).toBe(200);
    const { status, body } = await work("SendMessageBatch", batch(MB / 2 + 1));
    expect(status).toBe(400);
    expect(body.__type).toMatch(/BatchRequestTooLong/);
  });
});

describe("DynamoDB", () => {
  const key = (sk: string) => ({ pk: { S: "a" }, sk: { S: sk } });
  const item = (sk: string, bytes: number) => ({ Item: { ...key(sk), v: { S: text(bytes) } } });
  const table = (operation: string, body: Record<string, unknown>) =>
    dynamo(cloud.aws, "notes")(operation, body);

  test("takes an item of 400 KB and no more", async () => {
    // Names and values count: pk, sk, v, "a", "0".
    const most = 400 * KB - 7;
    expect((await table("PutItem", item("0", most))).status).toBe(200);
    const { status, body } = await table("PutItem", item("0", most + 1));
    expect(status).toBe(400);
    expect(body.__type).toMatch(/#ValidationException$/);
  });

  test("does not let an item grow beyond that by an update", async () => {
    await table("PutItem", item("grown", 300 * KB));
    const { status, body } = await table("UpdateItem", {
      Key: key("grown"),
      UpdateExpression: "SET w = :w",
      ExpressionAttributeValues: { ":w": { S: text(200 * KB) } },
    });
    expect(status).toBe(400);
    expect(body.__type).toMatch(/#ValidationException$/);
  });

  test("gives pages of 1 MB, and 16 MB of a batch", async () => {
    const names = Array.from({ length: 44 }, (_, index) => `page-${index}`);
    for (const name of names) await table("PutItem", item(name, 390 * KB));
    const query = {
      KeyConditionExpression: "pk = :a AND begins_with(sk, :page)",
      ExpressionAttributeValues: { ":a": { S: "a" }, ":page": { S: "page-" } },
    };
    const page = await table("Query", query);
    expect(page.body.Count).toBeLessThanOrEqual(3);
    expect(page.body).toHaveProperty("LastEvaluatedKey");
    const RequestItems = { notes: { Keys: names.map(key) } };
    const { body } = await table("BatchGetItem", { RequestItems });
    const { Responses, UnprocessedKeys } = body as {
      Responses: { notes: unknown[] };
      UnprocessedKeys: { notes?: { Keys: unknown[] } };
    };
    expect(Responses.notes.length).toBeLessThanOrEqual(42);
    expect(Responses.notes.length + (UnprocessedKeys.notes?.Keys.length ?? 0)).toBe(44);
  });
});

describe("Lambda", () => {
  test("takes an event of 6 MB and no more", async () => {
    await expect(cloud.invoke("Echo", { act: "pid", v: text(6 * MB - 100) })).resolves.toBeTypeOf(
      "number",
    );
    await expect(cloud.invoke("Echo", { v: text(6 * MB) })).rejects.toThrow(
      /Request must be smaller than 6291456 bytes/,
    );
  });

  test("a process that runs out of memory is reported as ended, and the next is a new one", async () => {
    await expect(cloud.invoke("Small", { act: "memory" })).rejects.toMatchObject({
      failure: {
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(/Runtime exited with error: signal: aborted/) as string,
      },
    });
    await expect(cloud.invoke("Small", { fine: 1 })).resolves.toEqual({ fine: 1 });
  });
});

describe("API Gateway", () => {
  const post = async (bytes: number) => {
    const headers = { "content-type": "text/plain" };
    const response = await fetch(cloud.endpoint, { method: "POST", body: text(bytes), headers });
    return { status: response.status, body: (await response.text()).slice(0, 100) };
  };
  const refused = { status: 413, body: '{"message":"Request Entity Too Large"}' };

  test("takes no body beyond 10 MB", async () => {
    expect(await post(10 * MB + 1)).toEqual(refused);
  });

  test("takes no body that makes an event beyond Lambda's 6 MB", async () => {
    expect(await post(6 * MB)).toEqual(refused);
  });
});
