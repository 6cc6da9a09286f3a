/**
 * The Lambda handler of the permit queue's event source mapping.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { parsePermit } from "../aws/sqs/bodies.ts";
import type { PermitQueue } from "../core/ports.ts";
import { type AttemptOptions, runAttempt } from "./attempt.ts";
import { SAMPLED_ONE_IN } from "./overlooked.ts";
import { PauseWatch } from "./pauseWatch.ts";
import type { PermitInHand } from "./permitInHand.ts";
import { Slot } from "./slot.ts";

/** When a permit is looked at again after an error, such as a table that throttles. */
const RETRY_SECONDS = 5;

export interface PermitHandlerOptions extends AttemptOptions {
  /** Name of the queue that holds the permits of the reserved slots, if there are any. */
  reservedQueue?: string | undefined;
}

/** Makes the handler of a process; the slots' histories live as long as the process. */
export function createPermitHandler(options: PermitHandlerOptions) {
  const { ports, worker, loggerFor, telemetry, reservedQueue } = options;
  const pauses = new PauseWatch(ports);
  const slotOf = (permits: PermitQueue["permits"]) =>
    new Slot(ports, {
      permits,
      pauses,
      retryOf: (task) => worker.task(task)?.retry,
      run: (dispatched) => runAttempt(options, dispatched),
      ...(telemetry ? { telemetry, samples: () => ports.random() * SAMPLED_ONE_IN < 1 } : {}),
    });
  const slots = { any: slotOf("any"), reserved: slotOf("reserved") };
  const { pool } = ports.config;
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const putBack: SQSBatchResponse["batchItemFailures"] = [];
    for (const record of event.Records) {
      const isReserved = record.eventSourceARN.split(":").at(-1) === reservedQueue;
      const permits = isReserved ? "reserved" : "any";
      const queue: PermitQueue = { permits, pool };
      try {
        if (!(await slots[permits].serve(permitOf(record, queue)))) {
          putBack.push({ itemIdentifier: record.messageId });
        }
      } catch (error) {
        // A thrown error would make the mapping reduce its concurrency. The task's message
        // returns by itself when its lease is over; the permit is shown again sooner.
        loggerFor({}).error("The permit was not served.", { error: error as Error });
        putBack.push({ itemIdentifier: record.messageId });
        await ports.queues.hide(queue, record.receiptHandle, RETRY_SECONDS).catch(() => {});
      }
    }
    await telemetry?.flush().catch(() => {});
    return { batchItemFailures: putBack };
  };
}

function permitOf(record: SQSRecord, queue: PermitQueue): PermitInHand {
  return {
    queue,
    body: parsePermit(record.body),
    handle: record.receiptHandle,
    sentAt: Number(record.attributes.SentTimestamp),
    receives: Number(record.attributes.ApproximateReceiveCount),
    fetched: false,
  };
}
