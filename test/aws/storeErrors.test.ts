import { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand,
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from "@aws-sdk/lib-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createStore } from "../../aws/dynamodb/store.ts";
import { taskRecord } from "../support/records.ts";

const dynamo = mockClient(DynamoDBDocumentClient);
const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region: "us-east-1" }));
const store = createStore(client, "table", () => 1_800_000_000_000);

afterEach(() => dynamo.reset());

function refusal(Item?: ConditionalCheckFailedException["Item"]) {
  return new ConditionalCheckFailedException({ $metadata: {}, message: "refused", Item });
}

describe("reading many", () => {
  it("asks again for what a throttled table left out, and for nothing else", async () => {
    const [a, b] = [
      { pk: "a", sk: "future" },
      { pk: "b", sk: "future" },
    ];
    dynamo
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { table: [a] }, UnprocessedKeys: { table: { Keys: [b] } } })
      .resolvesOnce({ UnprocessedKeys: { table: { Keys: [b] } } })
      .resolves({ Responses: { table: [b] } });
    const found = await store.readMany(["a", "b"]);
    expect([...found.keys()]).toEqual(["a", "b"]);
    const asked = dynamo
      .commandCalls(BatchGetCommand)
      .map(({ args }) => args[0].input.RequestItems);
    expect(asked).toEqual([
      { table: { Keys: [a, b], ConsistentRead: true } },
      { table: { Keys: [b], ConsistentRead: true } },
      { table: { Keys: [b], ConsistentRead: true } },
    ]);
  });

  it("fails rather than tell that a future does not exist which it could not read", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const Keys = [{ pk: "a", sk: "future" }];
    dynamo.on(BatchGetCommand).resolves({ UnprocessedKeys: { table: { Keys } } });
    await expect(store.readMany(["a"])).rejects.toThrow("left 1 items unread in 10 attempts");
    vi.restoreAllMocks();
  });

  it("sends at most 100 keys at once, as DynamoDB asks", async () => {
    dynamo.on(BatchGetCommand).resolves({});
    await store.readMany(Array.from({ length: 250 }, (_, index) => `id-${index}`));
    const sizes = dynamo
      .commandCalls(BatchGetCommand)
      .map(({ args }) => args[0].input.RequestItems?.table?.Keys?.length);
    expect(sizes.sort()).toEqual([100, 100, 50]);
  });
});

describe("an insert that is refused", () => {
  const record = taskRecord({ id: "a" });
  const stored = {
    pk: { S: "a" },
    sk: { S: "future" },
    kind: { S: "task" },
    state: { S: "running" },
    createdAt: { N: String(record.createdAt) },
    request: { S: record.request },
  };

  it("counts as applied if what is stored is ours: the answer to the first try was lost", async () => {
    dynamo.on(PutCommand).rejects(refusal(stored));
    const written = await store.insert(record);
    expect(written.applied).toBe(true);
    // It may have gone on since.
    expect(written.record?.state).toBe("running");
  });

  it.each([
    ["another request", { ...stored, request: { S: "another" } }],
    ["an earlier call of the same request", { ...stored, createdAt: { N: "1" } }],
  ])("counts as refused if it was made by %s", async (_name, item) => {
    dynamo.on(PutCommand).rejects(refusal(item));
    expect((await store.insert(record)).applied).toBe(false);
  });
});

describe("errors that are no refusals", () => {
  it("reach the caller: throttled does not mean that another was faster", async () => {
    dynamo.on(UpdateCommand).rejects(Object.assign(new Error("slow down"), { name: "Throttling" }));
    await expect(store.update("a", {}, {})).rejects.toThrow("slow down");
    await expect(store.report("a", 1)).rejects.toThrow("slow down");
  });

  it("do not come of a future that vanished", async () => {
    dynamo.on(UpdateCommand).rejects(refusal());
    expect(await store.update("a", {}, {})).toEqual({ applied: false, record: undefined });
  });
});

describe("a large text", () => {
  const text = "x".repeat(700_000);

  it("does not exist if its writer died half way: the first page is written last", async () => {
    dynamo.on(PutCommand).callsFake(({ Item }) => {
      if (String(Item.pk).endsWith("#1")) throw new Error("died");
      return {};
    });
    await expect(store.putBlob("a", "input", text)).rejects.toThrow("died");
    const written = dynamo.commandCalls(PutCommand).map(({ args }) => args[0].input.Item?.pk);
    expect(written).not.toContain("a#blob#input#0");
  });

  it("is an error, not a shorter text, if a page is missing", async () => {
    dynamo.on(GetCommand).callsFake(({ Key }) => {
      return String(Key.pk).endsWith("#2") ? {} : { Item: { text: "x", pages: 3 } };
    });
    await expect(store.blob("a", "input")).rejects.toThrow("Page 2 of input of the future a");
  });
});

describe("writing many", () => {
  it("sends again what a throttled table left out, and nothing else", async () => {
    const left = [{ PutRequest: { Item: { pk: "a", sk: "watcher#x#1" } } }];
    dynamo
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { table: left } })
      .resolves({});
    await store.putWatchers("a", ["x#0", "x#1"]);
    const sent = dynamo.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input);
    expect(sent[0]?.RequestItems?.table).toHaveLength(2);
    expect(sent[1]?.RequestItems?.table).toEqual(left);
  });

  it("sends at most 25 items at once, as DynamoDB asks, and fails if it never takes some", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    dynamo
      .on(BatchWriteCommand)
      .callsFake(({ RequestItems }) => ({ UnprocessedItems: RequestItems }));
    const watchers = Array.from({ length: 30 }, (_, index) => `x#${index}`);
    await expect(store.putWatchers("a", watchers)).rejects.toThrow("unwritten in 10 attempts");
    const sizes = dynamo
      .commandCalls(BatchWriteCommand)
      .map(({ args }) => args[0].input.RequestItems?.table?.length);
    expect(Math.max(...sizes.map((size = 0) => size))).toBe(25);
    vi.restoreAllMocks();
  });
});

describe("side items", () => {
  it("expire long after anything could need them", async () => {
    dynamo.on(PutCommand).resolves({}).on(BatchWriteCommand).resolves({});
    await store.putWatchers("a", ["b#0"]);
    await store.putDue("a", 1_900_000_000_000);
    const [due] = dynamo.commandCalls(PutCommand).map(({ args }) => args[0].input.Item);
    const [written] = dynamo.commandCalls(BatchWriteCommand).map(({ args }) => args[0].input);
    const watcher = written?.RequestItems?.table?.[0]?.PutRequest?.Item;
    expect(watcher?.expires).toBe(1_800_000_000 + 800 * 86_400);
    // A timer that lies further ahead than that must not vanish before its time.
    expect(due?.expires).toBe(1_900_000_000 + 800 * 86_400);
  });
});

describe("a cursor", () => {
  it("that is none of ours is told so", async () => {
    await expect(store.scan("nonsense")).rejects.toThrow('"nonsense" is no cursor');
    await expect(store.scan(Buffer.from("null").toString("base64url"))).rejects.toThrow(
      "no cursor",
    );
  });
});
