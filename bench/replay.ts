/**
 * `npm run bench -- replay`: what it takes to resume a coroutine whose journal holds a thousand
 * settled calls. The table is in memory: the processor time is that of the rules alone, from the claim
 * to the end, and the records that were read are counted.
 */
import { Sandbox } from "../test/simulation/sandbox.ts";
import { createWorker, defineTask } from "../worker/index.ts";
import { percentile, tenth } from "./statistics.ts";

const CALLS = 1000;
const RUNS = 5;

export async function replay() {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await resume());
  const median = (values: number[]) => percentile(values, 0.5);
  return {
    calls: CALLS,
    processorMs: tenth(median(runs.map((each) => each.processorMs))),
    recordsRead: median(runs.map((each) => each.recordsRead)),
  };
}

/** A coroutine makes its calls, is suspended once, resumed, and ends. */
async function resume(): Promise<{ processorMs: number; recordsRead: number }> {
  const main = defineTask("main", { timeoutSeconds: 800 }, async (_, ctx) => {
    for (let call = 0; call < CALLS; call += 1) await ctx.step("step", () => call);
    await ctx.sleep(1);
  });
  let begun: NodeJS.CpuUsage | undefined;
  let used: NodeJS.CpuUsage | undefined;
  let recordsRead = 0;
  const it = new Sandbox(() => createWorker([main]), {
    slots: 2,
    crashAfter({ id, state, resumes }) {
      if (id !== "main" || resumes !== 1) return false;
      if (state === "running") begun = process.cpuUsage();
      if (state === "succeeded" && begun) used = process.cpuUsage(begun);
      return false;
    },
  });
  const { readMany } = it.store;
  it.store.readMany = (ids) => {
    if (begun && !used) recordsRead += ids.length;
    return readMany.call(it.store, ids);
  };
  await it.submit("main", null, "main");
  await it.settled(["main"]);
  if (!used) throw new Error("The coroutine did not end.");
  return { processorMs: (used.user + used.system) / 1000, recordsRead };
}
