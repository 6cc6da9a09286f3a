/**
 * The commands of `forerun`.
 */
import { Command } from "commander";
import { bands } from "./commands/bands.ts";
import { cancel } from "./commands/cancel.ts";
import { deadLetters } from "./commands/deadLetters.ts";
import { doctor } from "./commands/doctor.ts";
import { get } from "./commands/get.ts";
import { requeue } from "./commands/requeue.ts";
import { start } from "./commands/start.ts";
import { submit } from "./commands/submit.ts";
import type { Terminal } from "./terminal.ts";

const EXIT_CODES = `
Exit codes: 0 done; 1 not done, the awaited future has not succeeded, or something is stuck; 2 the
command line is wrong; 130 interrupted.`;

export function createProgram(to: Terminal): Command {
  const program = new Command("forerun")
    .description("asyncio for AWS, from the command line.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => to.out(text.trimEnd()),
      writeErr: (text) => to.err(text.trimEnd()),
    })
    .showHelpAfterError("(--help lists what there is)")
    .addHelpText("after", EXIT_CODES);
  for (const add of [submit, get, cancel, bands, deadLetters, doctor, requeue, start])
    add(program, to);
  return program;
}
