/**
 * The Lambda handler of the permit queue's event source mapping.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { Permit } from "../core/ports.ts";
import { type AttemptOptions, runAttempt } from "./attempt.ts";
import { SAMPLED_ONE_IN } from "./overlooked.ts";
import { type PermitInHand, Slot } from "./slot.ts";

/** When a permit is looked at again after an error, such as a table that throttles. */
const RETRY_SECONDS = 5;

/** Makes the handler of a process; the slot's history lives as long as the process. */
export function createPermitHandler(options: AttemptOptions) {
  const { ports, worker, loggerFor, telemetry } = options;
  const slot = new Slot(ports, {
    retryOf: (task) => worker.task(task)?.retry,
    run: (dispatched) => runAttempt(options, dispatched),
    ...(telemetry ? { telemetry, samples: () => ports.random() * SAMPLED_ONE_IN < 1 } : {}),
  });
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const putBack: SQSBatchResponse["batchItemFailures"] = [];
    for (const record of event.Records) {
      try {
        if (!(await slot.serve(permitOf(record)))) {
          putBack.push({ itemIdentifier: record.messageId });
        }
      } catch (error) {
        // A thrown error would make the mapping reduce its concurrency. The task's message
        // returns by itself when its lease is over; the permit is shown again sooner.
        loggerFor({}).error("The permit was not served.", { error: error as Error });
        putBack.push({ itemIdentifier: record.messageId });
        await ports.queues.hide("permits", record.receiptHandle, RETRY_SECONDS).catch(() => {});
      }
    }
    await telemetry?.flush().catch(() => {});
    return { batchItemFailures: putBack };
  };
}

function permitOf(record: SQSRecord): PermitInHand {
  return {
    body: parsePermit(record.body),
    handle: record.receiptHandle,
    sentAt: Number(record.attributes.SentTimestamp),
    receives: Number(record.attributes.ApproximateReceiveCount),
    fetched: false,
  };
}

/** A permit's content is a hint; one that cannot be read is as good as any. */
function parsePermit(body: string): Permit {
  try {
    const permit = JSON.parse(body) as Partial<Permit>;
    return Number.isInteger(permit.band) ? (permit as Permit) : { band: 0 };
  } catch {
    return { band: 0 };
  }
}
