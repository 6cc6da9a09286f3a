/**
 * What standard queues may do with messages: deliver them twice, show them to two receivers, and
 * miss them in a short poll.
 */
import type { Call, Interceptor, Next } from "../gateway/call.ts";
import type { Json } from "../json.ts";
import type { Dice } from "./dice.ts";

/** A copy comes at most so much later than its message, in seconds. */
const COPY_SECONDS = 10;
/** The longest delay that SQS takes. */
const MAX_DELAY_SECONDS = 900;
/** A message that is in work is shown again within so many seconds. */
const SHOWN_AGAIN_SECONDS = 2;

export function missMessages(dice: Dice): Interceptor {
  return (call, next) => {
    const isShortPoll =
      call.operation === "ReceiveMessage" && Number(call.body.WaitTimeSeconds ?? 0) === 0;
    if (!isShortPoll || !dice.hits("falseEmpties")) return next(call);
    return Promise.resolve({ status: 200, body: {} });
  };
}

export function sendCopies(dice: Dice): Interceptor {
  return async (call, next) => {
    if (call.operation === "SendMessage") {
      const copied = dice.hits("duplicates");
      const answer = await next(call);
      if (copied) await next({ ...call, body: later(call.body, dice) });
      return answer;
    }
    if (call.operation !== "SendMessageBatch") return next(call);
    const entries = (call.body.Entries ?? []) as Json[];
    const copies = entries.filter(() => dice.hits("duplicates")).map((each) => later(each, dice));
    const answer = await next(call);
    if (copies.length > 0) await next({ ...call, body: { ...call.body, Entries: copies } });
    return answer;
  };
}

function later(message: Json, dice: Dice): Json {
  const delay = Number(message.DelaySeconds ?? 0) + Math.floor(dice.next() * (COPY_SECONDS + 1));
  return { ...message, DelaySeconds: Math.min(delay, MAX_DELAY_SECONDS) };
}

export function showAgain(dice: Dice): Interceptor {
  return async (call, next) => {
    const answer = await next(call);
    if (call.operation !== "ReceiveMessage" || answer.status !== 200) return answer;
    for (const { ReceiptHandle } of (answer.body.Messages ?? []) as Json[]) {
      if (dice.hits("redeliveries")) await show(call, next, ReceiptHandle, dice);
    }
    return answer;
  };
}

async function show(call: Call, next: Next, ReceiptHandle: unknown, dice: Dice): Promise<void> {
  const VisibilityTimeout = Math.floor(dice.next() * (SHOWN_AGAIN_SECONDS + 1));
  const body = { QueueUrl: call.body.QueueUrl, ReceiptHandle, VisibilityTimeout };
  await next({ ...call, operation: "ChangeMessageVisibility", body });
}
