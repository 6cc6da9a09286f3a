/**
 * Throttled requests, as DynamoDB and SQS answer them: the whole, or a part of a batch.
 */
import type { Answer, Call, Interceptor, Next } from "../gateway/call.ts";
import { awsError } from "../gateway/errors.ts";
import type { Json } from "../json.ts";
import type { Dice } from "./dice.ts";

export function throttle(dice: Dice): Interceptor {
  return (call, next) => {
    if (!dice.hits("throttles")) return next(call);
    const split = BATCHES[call.operation];
    // Half of the batches lose single entries, the others all of them.
    if (!split || dice.next() < 0.5) return Promise.resolve(refusal(call));
    return split(call, next, () => dice.next() < 0.5);
  };
}

function refusal({ service }: Call): Answer {
  return service === "sqs"
    ? awsError("sqs", 403, "RequestThrottled", "Request is throttled (an injected fault).")
    : awsError(
        "dynamodb",
        400,
        "ProvisionedThroughputExceededException",
        "The level of throughput is exceeded (an injected fault).",
      );
}

/** @param drop whether the next entry is throttled */
type Split = (call: Call, next: Next, drop: () => boolean) => Promise<Answer>;

const BATCHES: Readonly<Record<string, Split>> = {
  SendMessageBatch: splitEntries,
  DeleteMessageBatch: splitEntries,
  ChangeMessageVisibilityBatch: splitEntries,
  BatchWriteItem: (call, next, drop) => splitItems(call, next, drop, "UnprocessedItems"),
  BatchGetItem: (call, next, drop) => splitItems(call, next, drop, "UnprocessedKeys"),
};

async function splitEntries(call: Call, next: Next, drop: () => boolean): Promise<Answer> {
  const [dropped, kept] = divide((call.body.Entries ?? []) as Json[], drop);
  if (kept.length === 0) return refusal(call);
  const answer = await next({ ...call, body: { ...call.body, Entries: kept } });
  if (answer.status !== 200) return answer;
  const failed = dropped.map(({ Id }) => ({
    Id,
    Code: "RequestThrottled",
    Message: "An injected fault.",
    SenderFault: false,
  }));
  const Failed = [...((answer.body.Failed ?? []) as Json[]), ...failed];
  return { ...answer, body: { ...answer.body, Failed } };
}

/** Writes are lists of requests by table, reads hold their keys in an object. */
async function splitItems(
  call: Call,
  next: Next,
  drop: () => boolean,
  left: "UnprocessedItems" | "UnprocessedKeys",
): Promise<Answer> {
  const [[table, asked] = ["", []]] = Object.entries((call.body.RequestItems ?? {}) as Json);
  const isWrite = Array.isArray(asked);
  const [dropped, kept] = divide((isWrite ? asked : (asked as Json).Keys) as Json[], drop);
  if (kept.length === 0) return refusal(call);
  const part = (items: Json[]) => ({
    [table]: isWrite ? items : { ...(asked as Json), Keys: items },
  });
  const answer = await next({ ...call, body: { ...call.body, RequestItems: part(kept) } });
  // What the emulator left out by itself would be lost here: then nothing is added to it.
  const already = Object.keys((answer.body[left] ?? {}) as Json).length > 0;
  if (answer.status !== 200 || dropped.length === 0) return answer;
  return already ? refusal(call) : { ...answer, body: { ...answer.body, [left]: part(dropped) } };
}

function divide(all: Json[], drop: () => boolean): [dropped: Json[], kept: Json[]] {
  const dropped: Json[] = [];
  const kept: Json[] = [];
  for (const each of all) (drop() ? dropped : kept).push(each);
  return [dropped, kept];
}
