/**
 * `npm run bench -- inheritance`: an urgent coroutine awaits bulk children that stand behind a
 * backlog of a thousand bulk tasks. How long does it take, with and without the priority that it
 * lends to them?
 */
import { fileURLToPath } from "node:url";
import { task } from "../client/index.ts";
import { warmUp, withCloud } from "./cloud.ts";
import { tenth } from "./statistics.ts";

const TASKS = fileURLToPath(new URL("./coroutineTasks.ts", import.meta.url));

const SLOTS = 4;
const BACKLOG = 1000;
const TASK_MS = 100;
const CHILDREN = 10;
const URGENT = 1;
const BULK = 9;

export async function inheritance() {
  return withCloud({ slots: SLOTS, tasks: TASKS }, async (bench) => {
    const { forerun } = bench;
    const run = async (name: "lending" | "notLending") => {
      await warmUp(bench, SLOTS);
      const nap = task("sleep", { milliseconds: TASK_MS }, { priority: BULK });
      const backlog = await forerun.submitBatch(Array.from({ length: BACKLOG }, () => nap));
      const input = { children: CHILDREN, milliseconds: TASK_MS, priority: BULK };
      const urgent = await forerun.submit(name, input, { priority: URGENT });
      await urgent.result();
      const { createdAt, settledAt } = await urgent.get();
      const states = await Promise.all(backlog.map((each) => each.state()));
      await Promise.all(backlog.map((each) => each.result()));
      return {
        coroutine: name,
        seconds: tenth((Date.parse(settledAt ?? "") - Date.parse(createdAt)) / 1000),
        backlogStillWaiting: states.filter((state) => state === "pending").length,
      };
    };
    const runs = [await run("lending"), await run("notLending")];
    return { slots: SLOTS, backlog: BACKLOG, children: CHILDREN, taskMs: TASK_MS, runs };
  });
}
