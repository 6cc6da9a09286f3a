/**
 * The settle queue: see to the futures that its messages name.
 */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { parseSeeTo } from "../../aws/sqs/bodies.ts";
import { inBatches } from "../../core/parallel.ts";
import type { Ports } from "../../core/ports.ts";
import { seeTo } from "../../core/usecases/seeTo.ts";

/** The part of Powertools' logger that is used. */
export interface SettlerLogger {
  error(message: string, fields: Record<string, unknown>): void;
}

/**
 * Makes the handler. It never throws: an error makes the mapping back off its concurrency. A
 * message that fails is shown again by SQS, and after 20 receives it is a dead letter, which the
 * sweeper sends again if it names a live future.
 */
export function createSettler(ports: Ports, logger: SettlerLogger) {
  return async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const failures = await inBatches(event.Records, async (record) => {
      const message = parseSeeTo(record.body);
      try {
        if (!message) throw new TypeError("The message names no future.");
        await seeTo(ports, message);
        return [];
      } catch (error) {
        const { messageId } = record;
        logger.error("A future was not seen to.", { futureId: message?.id, messageId, error });
        return [{ itemIdentifier: messageId }];
      }
    });
    return { batchItemFailures: failures.flat() };
  };
}
