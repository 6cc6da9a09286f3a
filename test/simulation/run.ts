/**
 * `npm run simulate`: many seeds of the simulation, or one of them in detail. The exit code is 0 if
 * nothing was violated (with --sabotage: if something was), 1 if not, 2 if the arguments are wrong,
 * and 130 after Ctrl-C, which ends with the seed that is under way and says what was seen so far.
 */
import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError, Option } from "commander";
import { runSeeds, type Seen } from "./campaign.ts";
import { describeProgress, describeReplay, describeResult } from "./report.ts";
import { SABOTAGES, type SabotageName } from "./sabotage/all.ts";
import { simulate } from "./simulate.ts";

const MAX_SEED = 2 ** 32 - 1;

function whole(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`Use a whole number from 1 to ${most}.`);
  };
}

interface Options {
  seeds: number;
  from: number;
  json: boolean;
  points: boolean;
  replay?: number;
  future: string[];
  sabotage?: SabotageName;
  coroutines?: boolean;
  jobs: number;
}

const names = Object.keys(SABOTAGES) as SabotageName[];
const command = new Command("npm run simulate --")
  .description("Runs the rules and the functions on simulated parts of AWS, and judges them.")
  .option("--seeds <number>", "how many seeds to run", whole(1_000_000_000), 200)
  .option("--from <seed>", "the first of them", whole(MAX_SEED), 1)
  .option("--json", "print the result as JSON", false)
  .option("--points", "list all crash points, and not only those that were missed", false)
  .option("--replay <seed>", "run one seed and print what happened", whole(MAX_SEED))
  .option("--future <id>", "with --replay: a future to follow; may be repeated", append, [])
  .option(
    "--jobs <number>",
    "how many seeds to run at the same time; by default as many as there are cores",
    whole(256),
    availableParallelism(),
  )
  .option("--coroutines", "have callers submit coroutines as well")
  .addOption(
    new Option("--sabotage <name>", "take a protection away and see whether it is noticed").choices(
      names,
    ),
  )
  .addHelpText("after", () =>
    ["", "Sabotages:", ...names.map((each) => `  ${each}: ${SABOTAGES[each].removes}`)].join("\n"),
  )
  .allowExcessArguments(false)
  .showHelpAfterError("(--help lists what there is)")
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
const options = command.opts<Options>();
if (options.future.length > 0 && options.replay === undefined) {
  command.error("error: --future follows a future of one seed; add --replay <seed>");
}
const { sabotage } = options;

process.exitCode = await (options.replay === undefined ? campaign() : replay(options.replay));

async function campaign(): Promise<number> {
  let interrupted = false;
  process.once("SIGINT", () => {
    interrupted = true;
  });
  const progress = showProgress(options.seeds);
  const result = await runSeeds({
    from: options.from,
    seeds: options.seeds,
    sabotage,
    coroutines: options.coroutines,
    jobs: options.jobs,
    untilViolation: sabotage !== undefined,
    stops: () => interrupted,
    onSeed: (seen) => progress.show(seen),
  });
  progress.end();
  if (options.json) console.log(JSON.stringify(result, undefined, 2));
  else console.log(describeResult(result, options.points));
  if (interrupted) return 130;
  const violated = result.violations.length > 0;
  if (sabotage && !options.json) {
    const seed = result.violations[0]?.seed;
    console.log(violated ? `caught by seed ${seed}` : "NOT caught");
  }
  return violated === (sabotage !== undefined) ? 0 : 1;
}

async function replay(seed: number): Promise<number> {
  const outcome = await simulate(seed, {
    sabotage: sabotage && SABOTAGES[sabotage],
    coroutines: options.coroutines,
  });
  const { violations, tasks, futures, history } = outcome;
  if (options.json) {
    const ids = new Set([...violations.map(({ id }) => id), ...options.future]);
    const timeline = history.timeline(ids);
    console.log(JSON.stringify({ seed, tasks, futures, violations, timeline }, undefined, 2));
  } else {
    console.log(describeReplay(outcome, options.future));
  }
  return violations.length === 0 ? 0 : 1;
}

function append(value: string, before: string[]): string[] {
  return [...before, value];
}

/** On a terminal a line that changes; elsewhere a line now and then. It goes to standard error. */
function showProgress(seeds: number) {
  const { isTTY } = process.stderr;
  const pauseMs = isTTY ? 200 : 10_000;
  let last = performance.now();
  return {
    show(seen: Seen): void {
      const now = performance.now();
      if (now - last < pauseMs) return;
      last = now;
      const text = describeProgress(seen, seeds);
      process.stderr.write(isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end(): void {
      if (isTTY) process.stderr.write("\r\u001b[K");
    },
  };
}
