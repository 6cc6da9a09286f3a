/**
 * The structured logger of a function. Its level is the deployment's (POWERTOOLS_LOG_LEVEL).
 */
import { Logger } from "@aws-lambda-powertools/logger";

/** @param name of the function: api, wait, worker, settler or sweeper */
export function createLogger(name: string): Logger {
  return new Logger({ serviceName: `forerun-${name}`, persistentKeys: { stage: stage() } });
}

/** The name of the deployment in logs, metrics and traces. */
export function stage(): string {
  return process.env.FORERUN_STAGE ?? "dev";
}
