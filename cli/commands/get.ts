/**
 * `forerun get ID`
 */
import type { Command } from "commander";
import { connect, type DeploymentOptions, withDeployment } from "../deployment.ts";
import { showSettled } from "../settled.ts";
import { showFuture } from "../show.ts";
import type { Terminal } from "../terminal.ts";

export function get(program: Command, to: Terminal): void {
  withDeployment(program.command("get"))
    .description("show a future")
    .argument("<id>", "the future's id")
    .option("--wait", "wait until it has settled; print the result, or the error and exit with 1")
    .action(async (id: string, options: DeploymentOptions & { wait?: boolean }) => {
      const handle = connect(options).future(id);
      if (options.wait) return showSettled(to, handle, options);
      showFuture(to, await handle.get(), options.json ?? false);
    });
}
