/**
 * `forerun requeue`: rebuilds the queues from the table, after they were purged or lost.
 */
import type { Command } from "commander";
import { type AwsOptions, findSweeper, invoker } from "../aws.ts";
import { Failure } from "../failure.ts";
import { requeueAll } from "../requeueAll.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends AwsOptions {
  stack?: string;
  function?: string;
  json?: boolean;
}

export function requeue(program: Command, to: Terminal): void {
  program
    .command("requeue")
    .description(
      "send again what every live future needs, after queues were purged or lost; repeats harm nothing",
    )
    .option("--stack <name>", "the deployment's stack")
    .option("--function <name>", "the sweeper function's name, instead of --stack")
    .option("--region <name>", "AWS region (default: the SDK's)")
    .option("--endpoint-url <url>", "another address than AWS's, such as the embedded cloud's")
    .option("--json", "print JSON only")
    .action(async (options: Options) => {
      const name = options.function ?? (await sweeperOf(options));
      const sent = await requeueAll(await invoker(name, options), (pages, total) =>
        to.err(`page ${pages}: ${total} futures queued again so far`),
      );
      to.out(options.json ? JSON.stringify({ sent }) : `Queued ${sent} futures again.`);
    });
}

async function sweeperOf(options: Options): Promise<string> {
  if (options.stack !== undefined) return findSweeper(options.stack, options);
  throw new Failure("Name the deployment by --stack, or its sweeper function by --function.", 2);
}
