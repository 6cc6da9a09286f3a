/**
 * Watches how large the table's items grow.
 */
import { itemSize } from "../local/dynamodb/itemSize.ts";
import type { Interceptor } from "../local/index.ts";

type Item = Record<string, Record<string, unknown>>;

export function createItemWatch() {
  let largest = { bytes: 0, kind: "" };
  const look = (item: unknown) => {
    if (item === null || typeof item !== "object") return;
    const bytes = itemSize(item as Item);
    if (bytes > largest.bytes) largest = { bytes, kind: kindOf(item as Item) };
  };
  const interceptor: Interceptor = async (call, next) => {
    const answer = await next(call);
    if (call.service === "dynamodb") {
      look(call.operation === "PutItem" ? call.body.Item : answer.body.Attributes);
    }
    return answer;
  };
  return {
    interceptor,
    largest: () => largest,
    reset: () => {
      largest = { bytes: 0, kind: "" };
    },
  };
}

/** What stands in an item, by its sort key: a future, a tally, a blob, … */
function kindOf(item: Item): string {
  return String(item.sk?.S ?? "").split("#")[0] ?? "";
}
