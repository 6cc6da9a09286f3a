/**
 * All nine promises under crashes, lost answers, failed calls, pauses, duplicates, disorder, false
 * empties and what else faults.ts lists. A seed that fails is replayed by
 * `npm run simulate -- --replay SEED`.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { coverage, type Result, type SeenSite } from "./campaign.ts";
import { allCrashPoints } from "./crashPoints.ts";
import { pointOf } from "./directed.ts";
import { FAULT_KINDS } from "./faults.ts";
import { simulate } from "./simulate.ts";

const RUN = "test/simulation/run.ts";

const run = promisify(execFile);

/** Runs the command line; gives its exit code as well where that is not 0. */
async function simulateWith(...args: string[]) {
  try {
    const { stdout, stderr } = await run(process.execPath, [RUN, ...args], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
}

it("promises 1 to 9 hold whatever dies, is lost, doubled or late", async () => {
  const { stdout } = await simulateWith("--seeds", "200", "--json");
  const result = JSON.parse(stdout) as Result;
  expect(result.violations).toEqual([]);
  expect(result.seeds).toBe(200);
  expect(result.tasks).toBeGreaterThan(200 * 50);
  // What is not injected proves nothing.
  const kinds = FAULT_KINDS.filter((kind) => kind !== "lost message");
  expect(kinds.filter((kind) => !result.faults[kind])).toEqual([]);
  const { all, covered } = coverage(result.sites);
  expect(covered / all).toBeGreaterThan(0.5);
  // Calls of all parts to all ports: processes died before and after some of each.
  const part = ({ place, method }: SeenSite) => `${place.split("/")[0]} ${method.split(".")[0]}`;
  for (const [name, sites] of Map.groupBy(result.sites, part)) {
    expect(
      sites.some(({ before }) => before > 0),
      `before ${name}`,
    ).toBe(true);
    expect(
      sites.some(({ after }) => after > 0),
      `after ${name}`,
    ).toBe(true);
  }
  // Where processes come to the point that the seed was told, they mostly die there.
  const { reached, died } = result.directed;
  expect(reached).toBeGreaterThan(30);
  expect(died / reached).toBeGreaterThan(0.7);
}, 300_000);

it("a seed that is told a crash point has processes die there, and the same ones again", async () => {
  let died = 0;
  for (let seed = 1; died < 5; seed += 2) {
    const { directed, crashPoints } = await simulate(seed);
    expect(directed).toMatchObject(pointOf(seed) as object);
    if (!directed || directed.deaths === 0) continue;
    died += 1;
    expect(crashPoints.at(directed.moment, directed)).toBeGreaterThanOrEqual(directed.deaths);
    expect((await simulate(seed)).directed).toEqual(directed);
  }
  expect(pointOf(2)).toBeUndefined();
}, 60_000);

it("all crash points are told to some seed, each once before any is told again", () => {
  const points = allCrashPoints();
  const told = points.map((_, index) => pointOf(2 * index + 1));
  expect(new Set(told)).toEqual(new Set(points));
});

it("coroutines see the same in every replay, record a step once, and are woken whatever dies", async () => {
  const { stdout } = await simulateWith("--seeds", "80", "--coroutines", "--json");
  const result = JSON.parse(stdout) as Result;
  expect(result.violations).toEqual([]);
  expect(result.tasks).toBeGreaterThan(80 * 80);
}, 300_000);

it("promises 6 and 7: without faults nothing waits and each attempt is a run of the handler", async () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const { violations } = await simulate(seed, { rates: {} });
    expect(violations, `seed ${seed}`).toEqual([]);
  }
}, 60_000);

it("one seed determines the whole run", async () => {
  const ids = new Set(["task-1", "batch-1", "gather-1", "wait-1", "batch-2.0"]);
  const [first, second] = [await simulate(7), await simulate(7)];
  const timeline = first.history.timeline(ids);
  expect(timeline.length).toBeGreaterThan(10);
  expect(second.history.timeline(ids)).toEqual(timeline);
  expect(second.faults).toEqual(first.faults);
  const other = await simulate(8);
  expect(other.history.timeline(ids)).not.toEqual(timeline);
}, 60_000);

it("what is seen is the same, and in the order of seeds, however many run at the same time", async () => {
  const runWith = async (...args: string[]) => {
    const { stdout } = await simulateWith("--seeds", "12", "--json", ...args);
    const { seconds: _, ...result } = JSON.parse(stdout) as Result;
    return result;
  };
  expect(await runWith("--jobs", "3")).toEqual(await runWith("--jobs", "1"));
  // The first that notices, and none after it.
  const caught = await runWith("--jobs", "3", "--sabotage", "stale-reads");
  expect(caught).toEqual(await runWith("--jobs", "1", "--sabotage", "stale-reads"));
  expect(caught.violations.length).toBeGreaterThan(0);
}, 120_000);

it("the judge notices when queues lose what they must not lose", async () => {
  let noticed = 0;
  for (let seed = 1; seed <= 10; seed += 1) {
    const { violations } = await simulate(seed, { rates: { "lost message": 0.05 } });
    if (violations.some(({ promise }) => promise === 1)) noticed += 1;
  }
  expect(noticed).toBeGreaterThan(5);
}, 60_000);

it("a replay tells what happened to the futures that were harmed", async () => {
  const { code, stdout } = await simulateWith("--replay", "1", "--sabotage", "acknowledge-first");
  expect(code).toBe(1);
  const [, promise, id] = /^promise (\d): (\S+): /m.exec(stdout) ?? [];
  expect(promise).toBe("1");
  const line = new RegExp(` s  .+ ${id} .*pending`);
  expect(stdout).toMatch(line);
  expect(stdout).toContain("VIOLATION of promise 1");
}, 60_000);

it("a replay without a violation follows the futures that it is asked for", async () => {
  const { code, stdout } = await simulateWith("--replay", "3", "--future", "task-1", "--json");
  expect(code).toBe(0);
  const { seed, violations, timeline } = JSON.parse(stdout) as Record<string, unknown>;
  expect({ seed, violations }).toEqual({ seed: 3, violations: [] });
  expect((timeline as string[]).join("\n")).toMatch(/task-1 .*made, pending/);
}, 60_000);

it.each([
  [["--seeds", "none"], /--seeds <number>.*whole number from 1/],
  [["--from", "0"], /--from <seed>.*whole number from 1/],
  [["--sabotage", "everything"], /Allowed choices are .*no-fencing/],
  [["--future", "task-1"], /--future .*add --replay/],
  [["--speed", "9"], /unknown option '--speed'/],
  [["5"], /too many arguments/],
])("a wrong command line is refused with what would be right: %j", async (args, message) => {
  const { code, stderr } = await simulateWith(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

it("Ctrl-C ends after the seed that is under way and says what was seen so far", async () => {
  const child = spawn(process.execPath, [RUN, "--seeds", "1000000"]);
  let output = "";
  child.stdout.on("data", (data) => {
    output += String(data);
  });
  // The first line of progress comes once seeds have been run.
  await once(child.stderr, "data");
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  expect(code).toBe(130);
  expect(output).toMatch(/^interrupted after [1-9]\d* seeds from 1 /);
  expect(output).toContain("crash points covered: ");
}, 120_000);
