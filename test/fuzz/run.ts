/**
 * `npm run fuzz -- --requests N --seed S`: sends generated requests to every call of the API's
 * OpenAPI document and judges each answer. The exit code is 1 if a rule was broken.
 */
import { Command, InvalidArgumentError } from "commander";
import { cloudTarget } from "./cloud.ts";
import { describeAnswers, describeFinding } from "./describe.ts";
import { memoryTarget } from "./memory.ts";
import { play } from "./play.ts";

/** Every how many requests a line tells of progress. */
const PROGRESS = 2000;

const whole = (text: string) => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError("Use a whole number from 1 up.");
};

const { requests, seed, cloud } = new Command("npm run fuzz --")
  .description("Sends generated requests to every call of the API and judges the answers.")
  .option("--requests <number>", "requests to send", whole, 20_000)
  .option("--seed <number>", "the same seed gives the same requests", whole, newSeed())
  .option("--cloud", "over HTTP to the embedded cloud, instead of the handlers in this process")
  .showHelpAfterError()
  .parse()
  .opts<{ requests: number; seed: number; cloud?: boolean }>();

const where = cloud ? "the embedded cloud" : "the functions' handlers in this process";
console.log(`${requests} requests to ${where}, seed ${seed}`);
const begun = Date.now();
let told = 0;
const target = cloud ? await cloudTarget() : memoryTarget();
const report = await play(target, {
  requests,
  seed,
  onRound({ requests: done, findings }) {
    if (done - told < PROGRESS && done < requests) return;
    told = done;
    const rate = Math.round((done * 1000) / (Date.now() - begun));
    console.log(`${done} of ${requests}, ${rate} a second, rules broken: ${findings.size}`);
  },
});
await target.stop();
console.log(`\nAnswers:\n${describeAnswers(report)}`);
const { milliseconds, operation } = report.slowest;
console.log(`\nThe slowest answer took ${Math.round(milliseconds)} ms (${operation}).`);
console.log(`${report.settled} accepted futures were read back, all settled.`);
for (const finding of report.findings) console.log(`\n${describeFinding(finding)}`);
console.log(`\n${report.findings.size} rules broken.`);
process.exit(report.findings.size === 0 ? 0 : 1);

function newSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
