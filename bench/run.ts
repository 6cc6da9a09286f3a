/**
 * `npm run bench -- NAME [--json]`: measures on the embedded cloud, on this machine. Compare
 * figures of one machine and one run only.
 */
import { availableParallelism, loadavg } from "node:os";
import { Command } from "commander";
import { cancel } from "./cancel.ts";
import { coldStart } from "./coldStart.ts";
import { fanIn } from "./fanIn.ts";
import { inheritance } from "./inheritance.ts";
import { priority } from "./priority.ts";
import { replay } from "./replay.ts";
import { requests } from "./requests.ts";
import { suspended } from "./suspended.ts";
import { throughput } from "./throughput.ts";
import { timers } from "./timers.ts";

const MEASUREMENTS = {
  cancel,
  "cold-start": coldStart,
  "fan-in": fanIn,
  inheritance,
  priority,
  replay,
  requests,
  suspended,
  throughput,
  timers,
};

const program = new Command("npm run bench --")
  .description(
    `Measures Forerun on the embedded cloud. Names: ${Object.keys(MEASUREMENTS).join(", ")}.`,
  )
  .showHelpAfterError();

for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  program
    .command(name)
    .option("--json", "print the result as JSON only")
    .action(async ({ json }: { json?: boolean }) => {
      if (!json) console.log(`Measuring ${name}; this takes a few minutes…`);
      const result = { ...(await measure()), machine: machine() };
      if (json) console.log(JSON.stringify(result));
      else print(result);
    });
}

await program.parseAsync();

/** With more processes waiting than there are processors, waits and worst cases are the machine's. */
function machine() {
  const [lastMinute = 0] = loadavg();
  return { processors: availableParallelism(), loadOfLastMinute: Math.round(lastMinute) };
}

function print(result: object): void {
  for (const [key, value] of Object.entries(result)) {
    if (Array.isArray(value)) console.table(Object.fromEntries(value.map(toRow)));
    else if (value !== null && typeof value === "object") console.log(`${key}:`, value);
    else console.log(`${key}: ${value}`);
  }
}

/** Tables are wide: `dollars` is said in one character. */
function shortName(key: string, inner: string): string {
  return key === "dollars" ? `$ ${inner}` : inner;
}

/** A flat row, named by the first property. */
function toRow(item: Record<string, unknown>): [string, Record<string, unknown>] {
  const [first, ...rest] = Object.entries(item);
  const cells = rest.flatMap(([key, value]) =>
    value !== null && typeof value === "object"
      ? Object.entries(value).map(([inner, each]) => [shortName(key, inner), each] as const)
      : [[key, value] as const],
  );
  return [String(first?.[1]), Object.fromEntries(cells)];
}
