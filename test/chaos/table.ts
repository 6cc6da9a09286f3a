/**
 * The table itself, for whoever looks on: no fault hits it.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createStore } from "../../aws/dynamodb/store.ts";
import type { Store } from "../../core/ports.ts";
import { systemClock } from "../../core/systemClock.ts";
import type { Ready } from "./protocol.ts";

export async function withTable<T>(
  { aws, table }: Ready,
  look: (store: Store) => Promise<T>,
): Promise<T> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(aws), {
    marshallOptions: { removeUndefinedValues: true },
  });
  try {
    return await look(createStore(client, table, systemClock.now));
  } finally {
    client.destroy();
  }
}
