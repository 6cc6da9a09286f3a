/**
 * `forerun start`: the embedded cloud, with one's own tasks.
 */
import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";

export function start(program: Command, _to: Terminal): void {
  program
    .command("start")
    .description("run the stack on this machine until Ctrl-C (start --help lists its flags)")
    // It has a command line of its own, which `npm start` shares.
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument("[flags...]")
    .action(async (flags: string[]) => {
      const { serve } = await import("../../local/serve.ts");
      await serve("forerun start", flags);
    });
}
