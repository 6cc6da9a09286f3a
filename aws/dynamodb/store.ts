/**
 * core's `Store` on one DynamoDB table.
 */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Store } from "../../core/ports.ts";
import { createBlobs } from "./blobs.ts";
import { createDueIndex } from "./dueIndex.ts";
import { createFutures } from "./futures.ts";
import { createPauses } from "./pauses.ts";
import type { Table } from "./table.ts";
import { createTallies } from "./tallies.ts";
import { createWatchers } from "./watchers.ts";

/**
 * @param client made with `removeUndefinedValues` (clients.ts)
 * @param name of the table
 * @param now milliseconds since the epoch, for the expiry of side items
 */
export function createStore(
  client: DynamoDBDocumentClient,
  name: string,
  now: () => number,
): Store {
  const table: Table = { client, name, now };
  return {
    ...createFutures(table),
    ...createTallies(table),
    ...createWatchers(table),
    ...createBlobs(table),
    ...createDueIndex(table),
    ...createPauses(table),
  };
}
