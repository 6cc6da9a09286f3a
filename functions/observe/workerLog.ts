/**
 * A worker's telemetry as log lines: what every task does at debug, because lines cost money; what
 * someone may have to look at above it.
 */
import type { Band } from "../../core/bands.ts";
import type { TaskLogger } from "../../worker/context.ts";
import { fieldsOf } from "../../worker/fields.ts";
import { type Ending, SILENT, type Telemetry } from "../../worker/telemetry.ts";

const LEVELS: Record<Ending, "debug" | "info" | "warn"> = {
  succeeded: "debug",
  cancelled: "info",
  retrying: "info",
  suspended: "debug",
  failed: "warn",
  lost: "warn",
};

export function logTelemetry(logger: TaskLogger, bands: readonly Band[]): Telemetry {
  return {
    ...SILENT,
    started(dispatched, takenOver) {
      const { task, readySince } = dispatched;
      const waitMs = Math.max(0, (task.startedAt ?? readySince) - readySince);
      const fields = { ...fieldsOf(bands, dispatched), waitMs };
      if (takenOver) logger.warn("Taken over: its worker stopped without a word.", fields);
      else logger.debug("Claimed.", fields);
    },
    ended(dispatched, { ending, runMs, error }) {
      const fields = { ...fieldsOf(bands, dispatched), ending, runMs, error };
      logger[LEVELS[ending]]("Attempt ended.", fields);
    },
    rang() {
      logger.info("A permit was rung in place of a lost one.");
    },
  };
}
