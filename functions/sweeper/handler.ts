/**
 * The sweep of each minute, and what operators ask for: whoever may invoke this function needs no
 * other right, since it has those to table and queues.
 */
import type { Pauses } from "../../core/pauses.ts";
import type { Ports } from "../../core/ports.ts";
import { pause, resume } from "../../core/usecases/pause.ts";
import { requeue } from "../../core/usecases/requeue.ts";
import { type SweepReport, sweep } from "../../core/usecases/sweep.ts";

/**
 * What the function is invoked with: the schedule sends anything, which means to sweep; an operator
 * or the embedded cloud asks for one of these.
 */
export interface SweeperEvent {
  /** Sends again what every live future needs, after the queues were lost or purged. */
  requeue?: boolean;
  /** Where to go on: from the answer before. */
  cursor?: string;
  pause?: BandOfPool;
  resume?: BandOfPool;
}

interface BandOfPool {
  band: string;
  /** @default all pools */
  pool?: string;
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
  return async (event: SweeperEvent | undefined): Promise<Requeued | Pauses | SweepReport> => {
    if (event?.requeue) {
      const requeued = await requeuePages(ports, event.cursor);
      logger.info("Requeued.", { ...requeued });
      return requeued;
    }
    if (event?.pause) return pause(ports, event.pause.band, event.pause.pool);
    if (event?.resume) return resume(ports, event.resume.band, event.resume.pool);
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

function isQuiet({ rung, redriven, unreadable, renewed }: SweepReport): boolean {
  return rung + redriven + unreadable + renewed === 0;
}
