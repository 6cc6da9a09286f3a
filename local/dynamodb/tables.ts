/**
 * Creates the template's tables where they are missing, and looks whether they hold anything.
 */
import { LocalCloudError } from "../errors.ts";
import type { Answer } from "../gateway/call.ts";
import type { Json } from "../json.ts";
import type { TableSpec } from "../template/readTable.ts";
import type { Dynamo } from "./forward.ts";

/** @throws LocalCloudError if a table stands with other keys, or cannot be created */
export async function createTables(dynamo: Dynamo, tables: readonly TableSpec[]): Promise<void> {
  for (const table of tables) {
    const found = await dynamo.send("DescribeTable", { TableName: table.name });
    if (found.status === 200) {
      checkKeys(table, found.body.Table as Json);
      continue;
    }
    must(await dynamo.send("CreateTable", table.create), `create the table ${table.name}`);
    if (!table.expiresBy) continue;
    const setting = { AttributeName: table.expiresBy, Enabled: true };
    must(
      await dynamo.send("UpdateTimeToLive", {
        TableName: table.name,
        TimeToLiveSpecification: setting,
      }),
      `set the time to live of ${table.name}`,
    );
  }
}

export async function anyItems(dynamo: Dynamo, tables: readonly TableSpec[]): Promise<boolean> {
  for (const { name } of tables) {
    const { body } = must(await dynamo.send("Scan", { TableName: name, Limit: 1 }), `read ${name}`);
    if (Number(body.Count) > 0) return true;
  }
  return false;
}

function checkKeys(table: TableSpec, standing: Json): void {
  const keys = (schema: unknown) =>
    (schema as Json[]).map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join();
  if (keys(standing.KeySchema) === keys(table.create.KeySchema)) return;
  throw new LocalCloudError(
    `The table ${table.name} on disk has other keys than the template says; choose another data ` +
      "directory, or remove this one.",
  );
}

function must(answer: Answer, what: string): Answer {
  if (answer.status === 200) return answer;
  throw new LocalCloudError(`DynamoDB would not ${what}: ${JSON.stringify(answer.body)}`);
}
