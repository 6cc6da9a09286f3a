/**
 * After a restart the table is there and the queues are empty: has the sweeper fill them again.
 */
import { LocalCloudError } from "./errors.ts";
import { isObject } from "./json.ts";
import type { LambdaFunction } from "./lambda/function.ts";

/**
 * Invokes the sweeper page by page until it answers without a cursor.
 * @returns how many pages it took
 */
export async function requeue(sweeper: LambdaFunction): Promise<number> {
  let cursor: unknown;
  for (let pages = 1; ; pages++) {
    const event = cursor === undefined ? { requeue: true } : { requeue: true, cursor };
    const answer: unknown = JSON.parse(await sweeper.invoke(event));
    const next = isObject(answer) ? answer.cursor : undefined;
    if (next === undefined || next === null) return pages;
    if (JSON.stringify(next) === JSON.stringify(cursor)) {
      throw new LocalCloudError(`${sweeper.spec.name} answers a requeue with the same cursor.`);
    }
    cursor = next;
  }
}
