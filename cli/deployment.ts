/**
 * The deployment that a command talks to.
 */
import type { Command } from "commander";
import { Forerun, type ForerunOptions } from "../client/index.ts";
import { Failure } from "./failure.ts";

export interface DeploymentOptions {
  endpoint?: string;
  token?: string;
  sign?: boolean;
  json?: boolean;
}

/** Options of every command that calls the API. */
export function withDeployment(command: Command): Command {
  return command
    .option("--endpoint <url>", "URL of the deployment's API (default: FORERUN_URL)")
    .option("--token <jwt>", "bearer token, where the API asks for one (default: FORERUN_TOKEN)")
    .option("--sign", "sign requests by AWS credentials (default: if the URL is API Gateway's)")
    .option("--no-sign", "sign none")
    .option("--json", "print JSON only");
}

/**
 * What the SDK is given.
 * @throws Failure if no endpoint is named
 */
export function clientOptions(options: DeploymentOptions): ForerunOptions {
  const endpoint = options.endpoint ?? process.env.FORERUN_URL;
  if (!endpoint) {
    throw new Failure(
      "Name the deployment: --endpoint URL, or FORERUN_URL in the environment. The stack has it as " +
        'its output Endpoint; "forerun start" runs a deployment on this machine and prints it.',
      2,
    );
  }
  const { token = process.env.FORERUN_TOKEN, sign } = options;
  return { endpoint, ...(token ? { token } : {}), ...(sign === undefined ? {} : { sign }) };
}

/** @throws Failure if no endpoint is named; ForerunError if it is no URL */
export function connect(options: DeploymentOptions): Forerun {
  return new Forerun(clientOptions(options));
}
