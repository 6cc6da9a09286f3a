/**
 * What operators ask the sweeper function for: it has the rights to table and queues, and whoever
 * may invoke it needs no other. Options of every command that does.
 */
import type { Command } from "commander";
import { type AwsOptions, findSweeper, invoker } from "./aws.ts";
import { Failure } from "./failure.ts";
import type { Invoke } from "./requeueAll.ts";

export interface SweeperOptions extends AwsOptions {
  stack?: string;
  function?: string;
  json?: boolean;
}

export function withSweeper(command: Command): Command {
  return command
    .option("--stack <name>", "the deployment's stack")
    .option("--function <name>", "the sweeper function's name, instead of --stack")
    .option("--region <name>", "AWS region (default: the SDK's)")
    .option("--endpoint-url <url>", "another address than AWS's, such as the embedded cloud's");
}

/** @throws Failure if neither option names it, or the stack has none */
export async function sweeper(options: SweeperOptions): Promise<Invoke> {
  return invoker(options.function ?? (await nameOf(options)), options);
}

async function nameOf(options: SweeperOptions): Promise<string> {
  if (options.stack !== undefined) return findSweeper(options.stack, options);
  throw new Failure("Name the deployment by --stack, or its sweeper function by --function.", 2);
}
