/**
 * `forerun requeue`: rebuilds the queues from the table, after they were purged or lost.
 */
import type { Command } from "commander";
import { requeueAll } from "../requeueAll.ts";
import { type SweeperOptions, sweeper, withSweeper } from "../sweeper.ts";
import type { Terminal } from "../terminal.ts";

export function requeue(program: Command, to: Terminal): void {
  withSweeper(program.command("requeue"))
    .description(
      "send again what every live future needs, after queues were purged or lost; repeats harm nothing",
    )
    .option("--json", "print JSON only")
    .action(async (options: SweeperOptions) => {
      const sent = await requeueAll(await sweeper(options), (pages, total) =>
        to.err(`page ${pages}: ${total} futures queued again so far`),
      );
      to.out(options.json ? JSON.stringify({ sent }) : `Queued ${sent} futures again.`);
    });
}
