/**
 * `npm run chaos`: the embedded cloud under load while processes are killed and requests go wrong,
 * then judged. The exit code is 0 if every promise was kept, 1 if not, 130 if it was broken off
 * before all was judged.
 */
import { randomInt } from "node:crypto";
import { Command, InvalidArgumentError } from "commander";
import { runChaos } from "./chaos.ts";
import { type ChaosReport, describe } from "./report.ts";

const number = (least: number) => (text: string) => {
  const value = Number(text);
  if (text.trim() !== "" && value >= least) return value;
  throw new InvalidArgumentError(`Use a number from ${least} up.`);
};

/** A settler's messages are hidden for two minutes after its death, and a guard of its own comes a minute later. */
const PATIENCE_SECONDS = 480;

interface Flags {
  minutes: number;
  tasks?: number;
  seed: number;
  slots: number;
  killEvery: number;
  restarts?: number;
  drain: boolean;
  json: boolean;
}

const command = new Command("npm run chaos --")
  .description("Runs the embedded cloud under load and faults, and judges what became of it.")
  .option("--minutes <number>", "how long", number(0.1), 2)
  .option("--tasks <number>", "tasks to submit in all (default: 1,000 a minute)", number(1))
  .option(
    "--seed <number>",
    "draws load and damage (default: a random one)",
    number(0),
    randomInt(2 ** 31),
  )
  .option("--slots <number>", "worker slots", number(2), 6)
  .option("--kill-every <seconds>", "a process is killed so often on average", number(0.1), 4)
  .option(
    "--restarts <number>",
    "how often the whole cloud is killed (default: half the minutes)",
    number(0),
  )
  .option("--no-drain", "do not wait (a few minutes) for messages that nobody can see yet")
  .option("--json", "print the result as JSON only", false)
  .allowExcessArguments(false)
  .showHelpAfterError()
  .parse();

const { minutes, json, seed, slots, killEvery, ...flags } = command.opts<Flags>();
const tasks = Math.round(flags.tasks ?? minutes * 1000);
const restarts = Math.round(flags.restarts ?? Math.max(1, minutes / 2));

const enough = new AbortController();
const abort = new AbortController();
process.on("SIGINT", () => {
  // Whatever is left ends with this process.
  if (abort.signal.aborted) process.exit(130);
  if (enough.signal.aborted) {
    abort.abort();
    console.error("Ending at once; what has not settled is not judged.");
    return;
  }
  enough.abort();
  console.error(
    "No more load and no more faults; what was accepted is judged. Ctrl-C again to end at once.",
  );
});
process.once("SIGTERM", () => {
  enough.abort();
  abort.abort();
});

if (!json) console.log(`${tasks} tasks in ${minutes} minutes, seed ${seed}`);
const report: ChaosReport = await runChaos({
  ...{ minutes, tasks, seed, slots, restarts, killEvery: killEvery * 1000 },
  ...{ settleWithin: PATIENCE_SECONDS, emptyWithin: flags.drain ? PATIENCE_SECONDS : 0 },
  ...{ enough: enough.signal, abort: abort.signal },
  onProgress: (line) => {
    if (!json) console.log(line);
  },
});
console.log(json ? JSON.stringify(report) : `\n${describe(report)}`);
process.exit(report.violations.length > 0 ? 1 : report.unjudged > 0 ? 130 : 0);
