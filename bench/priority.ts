/**
 * `npm run bench -- priority`: 500 low tasks of 100 ms wait for four slots; then 20 critical ones
 * arrive singly. How long do they wait, and is any passed over? The same again with slots besides
 * that only they may fill.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Future, task } from "../client/index.ts";
import { warmUp, withCloud } from "./cloud.ts";
import { createProbeWatch } from "./probes.ts";
import { spread, tenth } from "./statistics.ts";

const SLOTS = 4;
const LOW = 500;
const CRITICAL = 20;
const TASK_MS = 100;
/** The critical tasks arrive over the time in which the low ones are worked off. */
const BETWEEN_MS = 350;

/** Slots besides, for critical tasks only. */
const RESERVED = 2;

export async function priority() {
  return { ...(await measure(0)), withReservedSlots: await measure(RESERVED) };
}

async function measure(kept: number) {
  const watch = createProbeWatch((queue) => queue.toLowerCase().includes("critical"));
  const reserved = kept > 0 ? { reserved: { critical: kept } } : {};
  const options = { slots: SLOTS, ...reserved, interceptors: [watch.interceptor] };
  return withCloud(options, async (bench) => {
    const { forerun } = bench;
    await warmUp(bench, SLOTS + kept);
    const low = await forerun.submitBatch(
      Array.from({ length: LOW }, () => task("sleep", { milliseconds: TASK_MS }, { priority: 10 })),
    );
    await delay(500);
    const critical = [];
    for (let count = 0; count < CRITICAL; count += 1) {
      critical.push(await forerun.submit("sleep", { milliseconds: TASK_MS }, { priority: 1 }));
      await delay(BETWEEN_MS);
    }
    const urgent = await Promise.all(critical.map(async (handle) => (await done(handle)).get()));
    const bulk = await Promise.all(low.map(async (handle) => (await done(handle)).get()));
    const waits = urgent.map((each) => startOf(each) - Date.parse(each.createdAt));
    const least = urgent.map((each) => leastWait(each, [...urgent, ...bulk], SLOTS + kept));
    const excess = waits.map((wait, index) => wait - (least[index] as number));
    const runs = bulk.map((each) => Date.parse(each.settledAt ?? "") - startOf(each));
    return {
      slots: SLOTS,
      reserved: kept,
      low: LOW,
      critical: CRITICAL,
      inversions: watch.inversions.length,
      lowStillWaitingAtTheLastCritical: bulk.filter(
        (each) => startOf(each) > Date.parse(urgent.at(-1)?.createdAt ?? ""),
      ).length,
      criticalWaitMs: { ...spread(waits), max: tenth(Math.max(...waits)) },
      leastWaitMs: { ...spread(least), max: tenth(Math.max(...least)) },
      aboveLeastMs: { ...spread(excess), max: tenth(Math.max(...excess)) },
      lowRunMs: spread(runs),
      /** The target: less than what is left of one running task, and 100 ms. */
      holds: watch.inversions.length === 0 && excess.every((each) => each < 100),
    };
  });
}

async function done<H extends { exception(): Promise<unknown> }>(handle: H): Promise<H> {
  await handle.exception();
  return handle;
}

function startOf(future: Future): number {
  return Date.parse(future.startedAt ?? "");
}

/**
 * What is left, when it arrives, of the task that ends first of those that hold a slot; 0 if a slot
 * is free. A slot may have chosen its task before although that started after: without inversions
 * (counted apart) whatever started before the urgent one was chosen before it came.
 */
function leastWait(urgent: Future, all: readonly Future[], slots: number): number {
  const arrived = Date.parse(urgent.createdAt);
  const left = all
    .filter((each) => each !== urgent && startOf(each) <= startOf(urgent))
    .map((each) => Date.parse(each.settledAt ?? "") - arrived)
    .filter((milliseconds) => milliseconds > 0);
  return left.length < slots ? 0 : Math.min(...left);
}
