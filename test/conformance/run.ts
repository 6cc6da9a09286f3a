/**
 * `npm run conformance -- FILE…`: plays scenario files on the embedded cloud and compares with what
 * CPython's asyncio did. Those with coroutines are played in virtual time as well, with and without
 * crashes, and pass if they agree each time. The last line is `N passed, N failed`. The exit code is 0 if all passed, 1
 * if not, and 2 if something in the files or the arguments cannot be played.
 */
import { Command, InvalidArgumentError } from "commander";
import type { Difference } from "./compare.ts";
import { hasCoroutines } from "./coroutines/scenario.ts";
import { judgeVirtually } from "./coroutines/virtual.ts";
import { judge } from "./judge.ts";
import { describeFailure, describeReplay, describeTotals } from "./report.ts";
import { OURS, readScenarios, ScenarioFileError } from "./scenarioFile.ts";
import { SLOTS, slotsFor, TICK_MS, TICKS_PER_COROUTINE_TICK } from "./settings.ts";

/** Every how many scenarios a line tells of progress. */
const PROGRESS = 25;

const whole = (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("Use a whole number from 1 up.");
};

const command = new Command("npm run conformance --")
  .description("Plays scenarios on the embedded cloud and compares with CPython's asyncio.")
  .argument("[files...]", "scenario files (default: the project's own)")
  .option(
    "--tick <milliseconds>",
    `length of a tick; with coroutines it is ${TICKS_PER_COROUTINE_TICK} times as long`,
    whole,
    TICK_MS,
  )
  .option("--slots <number>", "tasks at the same time, of all scenarios together", whole, SLOTS)
  .showHelpAfterError()
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();

const { tick, slots: wanted } = command.opts<{ tick: number; slots: number }>();
const scenarios = orEnd(() =>
  (command.args.length > 0 ? command.args : OURS).flatMap(readScenarios),
);
const slots = orEnd(() => slotsFor(scenarios, wanted));
console.log(`${scenarios.length} scenarios, a tick of ${tick} ms, ${slots} slots`);

const begun = Date.now();
const virtual = await playAllVirtually();
console.log("starting the embedded cloud and all its processes …");
let done = 0;
let replayed = 0;
const onCloud = await judge(scenarios, {
  tick,
  slots,
  onReady: () => console.log(`playing, after ${seconds()} s …`),
  onReplay(verdict) {
    if (verdict.replays === 0) replayed += 1;
    console.log(describeReplay(verdict));
  },
  onVerdict(verdict) {
    done += 1;
    if (verdict.differences.length > 0) console.log(`\n${describeFailure(verdict)}\n`);
    if (done % PROGRESS === 0) console.log(`${done} of ${scenarios.length}, after ${seconds()} s`);
  },
});
const verdicts = onCloud.map((verdict, index) => ({
  ...verdict,
  differences: [...(virtual[index] ?? []), ...verdict.differences],
}));
console.log(`${replayed} replayed, ${seconds()} s`);
console.log(describeTotals(verdicts));
process.exit(verdicts.every(({ differences }) => differences.length === 0) ? 0 : 1);

/** What differs, of each scenario; nothing of those without coroutines. */
async function playAllVirtually(): Promise<Difference[][]> {
  const found: Difference[][] = scenarios.map(() => []);
  let agreed = 0;
  for (const [index, scenario] of scenarios.entries()) {
    if (!hasCoroutines(scenario)) continue;
    const differences = await judgeVirtually(scenario);
    found[index] = differences;
    if (differences.length === 0) agreed += 1;
    else {
      const { id } = scenario;
      console.log(`\n${describeFailure({ id, differences, late: [], replays: 0 })}\n`);
    }
  }
  const count = scenarios.filter(hasCoroutines).length;
  if (count > 0) {
    console.log(`in virtual time ${agreed} of ${count} with coroutines agree, ${seconds()} s`);
  }
  return found;
}

function orEnd<T>(prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    if (!(error instanceof ScenarioFileError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

function seconds(): number {
  return Math.round((Date.now() - begun) / 1000);
}
