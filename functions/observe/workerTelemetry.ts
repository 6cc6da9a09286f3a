/**
 * All that a worker's telemetry becomes: log lines, metrics, segments.
 */
import type { Config } from "../../core/config.ts";
import type { Clock } from "../../core/ports.ts";
import type { TaskLogger } from "../../worker/context.ts";
import { type Telemetry, tellAll } from "../../worker/telemetry.ts";
import { Emf, type WriteLine } from "./emf.ts";
import { stage } from "./logger.ts";
import { logTelemetry } from "./workerLog.ts";
import { metricsTelemetry } from "./workerMetrics.ts";
import { traceTelemetry } from "./workerTraces.ts";

export interface TelemetryOptions {
  config: Pick<Config, "bands">;
  clock: Clock;
  logger: TaskLogger;
  write: WriteLine;
}

export function workerTelemetry({ config, clock, logger, write }: TelemetryOptions): Telemetry {
  return tellAll([
    logTelemetry(logger, config.bands),
    metricsTelemetry(new Emf(stage(), write), config.bands, clock),
    traceTelemetry(stage(), config.bands),
  ]);
}
