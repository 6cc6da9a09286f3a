import { afterAll, beforeAll, describe } from "vitest";
import { createStore } from "../../aws/dynamodb/store.ts";
import { startDynamo, type TestDynamo } from "../support/dynamodb.ts";
import { storeContract } from "../support/storeContract.ts";

describe("the store on DynamoDB", () => {
  let dynamo: TestDynamo;
  beforeAll(async () => {
    dynamo = await startDynamo();
  });
  afterAll(() => dynamo.stop());

  storeContract(async () => createStore(dynamo.client, await dynamo.createTable(), Date.now));
});
