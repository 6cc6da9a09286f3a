/**
 * Promises 1 to 4, 7 and 8 under crashes, lost answers, failed calls, pauses, duplicates,
 * disorder and false empties. A seed that fails is replayed by `simulate(seed)`, and its outcome
 * gives the timeline of every future.
 */
import { expect, it } from "vitest";
import { NO_FAULTS } from "./process.ts";
import { type Outcome, simulate } from "./simulate.ts";
import { TRUTHFUL } from "./simulatedQueues.ts";

const SEEDS = 250;
const SOME_SEEDS = 25;

it("promises 1 to 4, 7 and 8 hold whatever dies, is lost, doubled or late", async () => {
  const points = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const outcome = await simulate(seed);
    for (const point of outcome.deathPoints) points.add(point);
    expect(outcome.violations, explain(outcome)).toEqual([]);
  }
  // Processes have died before and after the calls that matter most.
  const calls = ["store.insert", "store.update", "store.report", "queues.sendTasks"];
  const more = ["queues.sendPermits", "queues.sendSeeTo", "queues.remove", "queues.hide"];
  for (const call of [...calls, ...more]) {
    expect(points).toContain(`before ${call}`);
    expect(points).toContain(`after ${call}`);
  }
}, 120_000);

it("promise 7: without faults each attempt is a run of the handler", async () => {
  for (let seed = 1; seed <= SOME_SEEDS; seed += 1) {
    const outcome = await simulate(seed, { faults: NO_FAULTS, queueFaults: TRUTHFUL });
    expect(outcome.violations, explain(outcome)).toEqual([]);
  }
}, 60_000);

it("one seed determines the whole run", async () => {
  const [first, second] = [await simulate(7), await simulate(7)];
  for (const id of ["task-1", "batch-1", "gather-2", "wait-3"]) {
    expect(first.timeline(id)).toEqual(second.timeline(id));
  }
  expect(second.deaths).toBe(first.deaths);
});

it("the judge notices when queues lose what they must not lose", async () => {
  let noticed = 0;
  for (let seed = 1; seed <= SOME_SEEDS; seed += 1) {
    const queueFaults = { ...TRUTHFUL, lost: 0.05 };
    const { violations } = await simulate(seed, { faults: NO_FAULTS, queueFaults });
    if (violations.some((each) => each.startsWith("promise 1"))) noticed += 1;
  }
  expect(noticed).toBeGreaterThan(SOME_SEEDS / 2);
}, 60_000);

function explain({ seed, violations, timeline }: Outcome): string {
  const id = violations[0]?.split(": ")[1] ?? "";
  return [`seed ${seed}: ${violations.join("; ")}`, ...timeline(id)].join("\n");
}
