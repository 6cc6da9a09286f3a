/**
 * The sweep of each minute, and what operators ask for (operate.ts): whoever may invoke this function
 * needs no other right, since it has those to table and queues.
 */
import type { Ports } from "../../core/ports.ts";
import { type SweepReport, sweep } from "../../core/usecases/sweep.ts";
import { type OperatorAnswer, type OperatorEvent, operate } from "./operate.ts";

/**
 * What the function is invoked with: the schedule sends anything, which means to sweep; an operator
 * or the embedded cloud asks for something.
 */
export type SweeperEvent = OperatorEvent;

/** The part of Powertools' logger that is used. */
export interface SweeperLogger {
  debug(message: string, fields: Record<string, unknown>): void;
  info(message: string, fields: Record<string, unknown>): void;
}

export function createSweeper(
  ports: Ports,
  logger: SweeperLogger,
  onSwept: (report: SweepReport) => void = () => {},
) {
  return async (event: SweeperEvent | undefined): Promise<OperatorAnswer | SweepReport> => {
    const answer = event && (await operate(ports, event));
    if (answer) {
      logger.info("Operated.", { asked: event });
      return answer;
    }
    const report = await sweep(ports);
    // A deployment that is idle says nothing.
    logger[isQuiet(report) ? "debug" : "info"]("Swept.", { ...report });
    onSwept(report);
    return report;
  };
}

function isQuiet({ rung, redriven, unreadable, renewed }: SweepReport): boolean {
  return rung + redriven + unreadable + renewed === 0;
}
