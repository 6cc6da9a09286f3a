/**
 * `forerun doctor`: compares table and queues, and says what is stuck and why.
 */
import type { Command } from "commander";
import type { Finding } from "../../core/doctor/findings.ts";
import { examineAll } from "../examination.ts";
import { Failure } from "../failure.ts";
import { INTERRUPTED, onInterrupt } from "../interrupt.ts";
import { type SweeperOptions, sweeper, withSweeper } from "../sweeper.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends SweeperOptions {
  fix?: boolean;
}

export function doctor(program: Command, to: Terminal): void {
  withSweeper(program.command("doctor"))
    .description(
      "compare table and queues, and say what is stuck and why; exits with 1 if something is",
    )
    .option("--fix", "perform what is owed; without it nothing is written or sent")
    .option("--json", "print JSON only")
    .action(async (options: Options) => {
      const invoke = await sweeper(options);
      using interrupt = onInterrupt((line) => to.err(line));
      const { checked, findings, partial } = await examineAll(invoke, {
        fix: options.fix ?? false,
        interrupt,
        onPage: (seen, found) => to.err(`${seen} futures looked at, ${found} findings so far`),
      });
      const stuck = findings.filter(({ severity, mended }) => severity === "stuck" && !mended);
      if (options.json) to.out(JSON.stringify({ checked, findings, partial }));
      else for (const line of report(checked, findings)) to.out(line);
      if (partial) throw new Failure("Interrupted: the rest was not looked at.", INTERRUPTED);
      if (stuck.length > 0) throw new Failure(summary(stuck, options.fix ?? false));
    });
}

function* report(checked: number, findings: readonly Finding[]): Generator<string> {
  for (const { severity, kind, id, place, what, since, mend, mended } of findings) {
    const { pool, band, queue } = place ?? {};
    const where = [band ?? queue, pool].filter((each) => each !== undefined).join(" of pool ");
    const subject = [where, id].filter((each) => each).join(", ");
    const when = since === undefined ? "" : ` Since ${new Date(since).toISOString()}.`;
    yield `${severity}  ${kind}  ${subject}`;
    yield `  ${what}${when}`;
    yield mended ? `  mended: ${mend}` : `  mend: ${mend}`;
  }
  if (findings.length === 0)
    yield `Nothing is stuck: ${checked} futures and all queues are in order.`;
}

function summary(stuck: readonly Finding[], fixed: boolean): string {
  const things = stuck.length === 1 ? "1 thing is stuck" : `${stuck.length} things are stuck`;
  return fixed
    ? `${things} still; look at what each says.`
    : `${things}; --fix performs what is owed.`;
}
