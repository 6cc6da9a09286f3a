/**
 * `forerun cancel ID`
 */
import type { Command } from "commander";
import { connect, type DeploymentOptions, withDeployment } from "../deployment.ts";
import { Failure } from "../failure.ts";
import type { Terminal } from "../terminal.ts";

export function cancel(program: Command, to: Terminal): void {
  withDeployment(program.command("cancel"))
    .description("request a future's cancellation; exits with 1 if it had settled")
    .argument("<id>", "the future's id")
    .action(async (id: string, options: DeploymentOptions) => {
      const cancelled = await connect(options).future(id).cancel();
      if (options.json) to.out(JSON.stringify({ cancelled }));
      else if (cancelled) to.out("Cancellation is requested.");
      if (!cancelled) throw new Failure(`The future ${id} had settled already.`);
    });
}
