/**
 * The settle queue: see to the futures that its messages name.
 */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
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
      const id = idOf(record);
      try {
        if (id === undefined) throw new TypeError("The message names no future.");
        await seeTo(ports, id);
        return [];
      } catch (error) {
        const { messageId } = record;
        logger.error("A future was not seen to.", { futureId: id, messageId, error });
        return [{ itemIdentifier: messageId }];
      }
    });
    return { batchItemFailures: failures.flat() };
  };
}

function idOf({ body }: SQSRecord): string | undefined {
  try {
    const { id } = JSON.parse(body) as { id?: unknown };
    return typeof id === "string" && id !== "" ? id : undefined;
  } catch {
    return undefined;
  }
}
