/**
 * DynamoDB applies a write, its answer is lost, and the SDK repeats the write by itself.
 */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createStore } from "../../aws/dynamodb/store.ts";
import type { Store } from "../../core/ports.ts";
import { startDynamo, type TestDynamo } from "../support/dynamodb.ts";
import { taskRecord } from "../support/records.ts";

describe("the answer to a write is lost", () => {
  let dynamo: TestDynamo;
  let store: Store;
  let answers: Answers;

  beforeAll(async () => {
    dynamo = await startDynamo();
    answers = loseAnswers(dynamo.client);
    store = createStore(dynamo.client, await dynamo.createTable(), Date.now);
  });
  afterAll(() => dynamo.stop());
  beforeEach(() => {
    answers.toLose = 0;
    answers.lost = 0;
  });

  it("an insert is applied, and not taken for another's", async () => {
    const record = taskRecord();
    answers.toLose = 1;
    expect(await store.insert(record)).toEqual({ applied: true, record });
    expect(answers.lost).toBe(1);
  });

  it("a claim is refused by its own effect, shows its token, and burns one attempt", async () => {
    const record = taskRecord();
    await store.insert(record);
    answers.toLose = 1;
    const claimed = await store.update(
      record.id,
      { states: ["pending"], turn: 0 },
      { set: { state: "running", token: "mine" }, add: { attempts: 1 } },
    );
    expect(claimed.applied).toBe(false);
    expect(claimed.record).toMatchObject({ state: "running", token: "mine", attempts: 1 });
    expect(answers.lost).toBe(1);
  });

  it("a report stands once, in a tally that is given whole", async () => {
    await store.report("a", 1);
    answers.toLose = 1;
    expect(await store.report("a", 2)).toEqual({ codes: [1, 2], fresh: false });
    expect(answers.lost).toBe(1);
  });
});

interface Answers {
  toLose: number;
  lost: number;
}

/** The next answers arrive at the client's socket, and its retries know nothing of them. */
function loseAnswers(client: DynamoDBDocumentClient): Answers {
  const answers: Answers = { toLose: 0, lost: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      if (answers.toLose === 0) return result;
      answers.toLose -= 1;
      answers.lost += 1;
      throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
    },
    { step: "finalizeRequest", priority: "low", name: "loseAnswers" },
  );
  return answers;
}
