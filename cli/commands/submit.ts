/**
 * `forerun submit TASK [JSON]`
 */
import type { Command } from "commander";
import type { SubmitOptions } from "../../client/index.ts";
import { connect, type DeploymentOptions, withDeployment } from "../deployment.ts";
import { integer, json, seconds } from "../parse.ts";
import { showSettled } from "../settled.ts";
import { showFuture } from "../show.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends DeploymentOptions {
  priority?: number;
  id?: string;
  tenant?: string;
  delay?: number;
  wait?: boolean;
}

export function submit(program: Command, to: Terminal): void {
  withDeployment(program.command("submit"))
    .description("submit a task; prints its future")
    .argument("<task>", "the task's name")
    .argument("[input]", "its input as JSON, such as '{\"value\":1}'", json)
    .option("--priority <integer>", "the lower, the more urgent (default: 5)", integer)
    .option("--id <id>", "the future's id; the same id and request give the same future")
    .option("--tenant <name>", "tenants share a band fairly")
    .option("--delay <seconds>", "seconds before which it does not start", seconds)
    .option("--wait", "wait until it has settled; print the result, or the error and exit with 1")
    .action(async (task: string, input: unknown, options: Options) => {
      const handle = await connect(options).submit(task, input, submitOptions(options));
      if (options.wait) return showSettled(to, handle, options);
      showFuture(to, await handle.get(), options.json ?? false);
    });
}

function submitOptions({ priority, id, tenant, delay }: Options): SubmitOptions {
  return { priority, id, tenant, delaySeconds: delay };
}
