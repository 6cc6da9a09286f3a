/**
 * What fauxqs's long polls lack: they last their time, and a caller that left takes nothing away.
 */
import type { Interceptor } from "../gateway/call.ts";
import type { Json } from "../json.ts";

/**
 * A message wakes every long poll of its queue in fauxqs, and all but one come back empty at
 * once; here they go on waiting. And a poll whose caller hung up still takes a message; here it
 * is put back, instead of being out of sight for its whole visibility timeout.
 */
export const repairLongPolls: Interceptor = async (call, next) => {
  const wait = Number(call.body.WaitTimeSeconds ?? 0);
  if (call.service !== "sqs" || call.operation !== "ReceiveMessage" || wait === 0) {
    return next(call);
  }
  const end = Date.now() + wait * 1000;
  let answer = await next(call);
  while (answer.status === 200 && !answer.body.Messages && !call.gone()) {
    // SQS counts in seconds, the emulator's timers do not mind fractions.
    const left = (end - Date.now()) / 1000;
    if (left <= 0.005) break;
    answer = await next({ ...call, body: { ...call.body, WaitTimeSeconds: left } });
  }
  const messages = (answer.body.Messages ?? []) as Json[];
  if (call.gone() && messages.length > 0) {
    await next({
      ...call,
      operation: "ChangeMessageVisibilityBatch",
      body: {
        QueueUrl: call.body.QueueUrl,
        Entries: messages.map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: 0,
        })),
      },
    });
  }
  return answer;
};
