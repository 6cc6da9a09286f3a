/**
 * `npm run bench -- inheritance`: an urgent coroutine awaits bulk children that stand behind a
 * backlog of a thousand bulk tasks. How long does it take, with and without the priority that it
 * lends to them?
 */
import { fileURLToPath } from "node:url";
import { type Future, task } from "../client/index.ts";
import { warmUp, withCloud } from "./cloud.ts";
import { readFutures } from "./futures.ts";
import { spread, tenth } from "./statistics.ts";

const TASKS = fileURLToPath(new URL("./coroutineTasks.ts", import.meta.url));

const SLOTS = 4;
const BACKLOG = 1000;
const TASK_MS = 100;
const CHILDREN = 10;
const URGENT = 1;
const BULK = 9;

export async function inheritance() {
  return withCloud({ slots: SLOTS, tasks: TASKS }, async (bench) => {
    const { cloud, forerun } = bench;
    const run = async (name: "lending" | "notLending") => {
      await warmUp(bench, SLOTS);
      const nap = task("sleep", { milliseconds: TASK_MS }, { priority: BULK });
      const backlog = await forerun.submitBatch(Array.from({ length: BACKLOG }, () => nap));
      const input = { children: CHILDREN, milliseconds: TASK_MS, priority: BULK };
      const urgent = await forerun.submit(name, input, { priority: URGENT });
      await urgent.result();
      await Promise.all(backlog.map((each) => each.result()));
      const { createdAt, settledAt = "" } = await urgent.get();
      const children = Array.from({ length: CHILDREN }, (_, index) => `${urgent.id}.${index}`);
      const waits = startsOf(await readFutures(cloud.endpoint, children)).map(
        (start) => start - Date.parse(createdAt),
      );
      const ids = backlog.map(({ id }) => id);
      const starts = startsOf(await readFutures(cloud.endpoint, ids));
      return {
        coroutine: name,
        seconds: tenth((Date.parse(settledAt) - Date.parse(createdAt)) / 1000),
        childStartsAfterMs: spread(waits),
        overtaken: starts.filter((start) => start > Date.parse(settledAt)).length,
      };
    };
    const runs = [await run("lending"), await run("notLending")];
    return { slots: SLOTS, backlog: BACKLOG, children: CHILDREN, taskMs: TASK_MS, runs };
  });
}

/** In milliseconds since the epoch. */
function startsOf(futures: readonly Future[]): number[] {
  return futures.map(({ startedAt = "" }) => Date.parse(startedAt));
}
