/**
 * The table as the parts of the store are given it.
 */
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { plainItem } from "./attributeValues.ts";
import type { Item } from "./item.ts";

export interface Table {
  client: DynamoDBDocumentClient;
  name: string;
  /** Milliseconds since the epoch, for the expiry of side items. */
  now: () => number;
}

/** A write whose condition did not hold, with the item as it stood (undefined: there was none). */
interface Refused {
  item: Item | undefined;
}

type Answered<Output> =
  | { output: Output; refused?: undefined }
  | { output?: undefined; refused: Refused };

/** Sends a conditional write; that it is refused is an answer and no error. */
export async function unlessRefused<Output>(write: Promise<Output>): Promise<Answered<Output>> {
  try {
    return { output: await write };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { refused: { item: error.Item && plainItem(error.Item) } };
  }
}
