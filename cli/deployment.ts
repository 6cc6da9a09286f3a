/**
 * The deployment that a command talks to.
 */
import type { Command } from "commander";
import { Forerun, type ForerunOptions } from "../client/index.ts";

export interface DeploymentOptions {
  endpoint?: string;
  json?: boolean;
}

/** Options of every command that calls the API. */
export function withDeployment(command: Command): Command {
  return command
    .option("--endpoint <url>", "URL of the deployment's API (default: FORERUN_URL)")
    .option("--json", "print JSON only");
}

/** What the SDK is given. */
export function clientOptions({ endpoint }: DeploymentOptions): ForerunOptions {
  return endpoint === undefined ? {} : { endpoint };
}

/** @throws ForerunError that says how to name the endpoint */
export function connect(options: DeploymentOptions): Forerun {
  return new Forerun(clientOptions(options));
}
