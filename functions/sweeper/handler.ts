/**
 * The sweep of each minute, and the rebuilding of the queues on request.
 */
import type { Ports } from "../../core/ports.ts";
import { requeue } from "../../core/usecases/requeue.ts";
import { type SweepReport, sweep } from "../../core/usecases/sweep.ts";

/**
 * What the function is invoked with: the schedule sends anything, which means to sweep; an operator
 * or the embedded cloud sends `{"requeue": true}`.
 */
export interface SweeperEvent {
  /** Sends again what every live future needs, after the queues were lost or purged. */
  requeue?: boolean;
  /** Where to go on: from the answer before. */
  cursor?: string;
}

/** The answer to a requeue: call again with the cursor until there is none. */
export interface Requeued {
  /** Futures whose messages were sent. */
  sent: number;
  cursor?: string;
}

/** The part of Powertools' logger that is used. */
export interface SweeperLogger {
  debug(message: string, fields: Record<string, unknown>): void;
  info(message: string, fields: Record<string, unknown>): void;
}

/** Pages are read for this long in one invocation (milliseconds); a page takes a few seconds. */
const REQUEUE_MS = 20_000;

export function createSweeper(
  ports: Ports,
  logger: SweeperLogger,
  onSwept: (report: SweepReport) => void = () => {},
) {
  return async (event: SweeperEvent | undefined): Promise<Requeued | SweepReport> => {
    if (event?.requeue) {
      const requeued = await requeuePages(ports, event.cursor);
      logger.info("Requeued.", { ...requeued });
      return requeued;
    }
    const report = await sweep(ports);
    // A deployment that is idle says nothing.
    logger[isQuiet(report) ? "debug" : "info"]("Swept.", { ...report });
    onSwept(report);
    return report;
  };
}

async function requeuePages(ports: Ports, from: string | undefined): Promise<Requeued> {
  const until = ports.clock.now() + REQUEUE_MS;
  let sent = 0;
  let cursor = from;
  do {
    const page = await requeue(ports, cursor);
    sent += page.sent;
    cursor = page.cursor;
  } while (cursor !== undefined && ports.clock.now() < until);
  return cursor === undefined ? { sent } : { sent, cursor };
}

function isQuiet({ rung, redriven, unreadable }: SweepReport): boolean {
  return rung + redriven + unreadable === 0;
}
