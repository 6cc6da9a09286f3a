/**
 * How long one write of one small item takes, as a function sees it.
 */
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Cloud } from "../local/index.ts";

/** Milliseconds of writes that are made one after the other. */
export async function singleWriteMs({ aws, tables }: Cloud, count: number): Promise<number[]> {
  const dynamodb = new DynamoDBClient(aws);
  const times: number[] = [];
  for (let write = 0; write < count; write += 1) {
    const Item = { pk: { S: "bench" }, sk: { S: "bench" }, value: { N: String(write) } };
    const begun = performance.now();
    await dynamodb.send(new PutItemCommand({ TableName: tables[0] ?? "", Item }));
    times.push(performance.now() - begun);
  }
  dynamodb.destroy();
  return times;
}
