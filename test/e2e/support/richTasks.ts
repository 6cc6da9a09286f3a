/**
 * The end-to-end tests' tasks twice: in the default pool, and as `heavy-NAME` in the pool `heavy`.
 */
import { createWorker } from "../../../worker/index.ts";
import worker from "./tasks.ts";

const tasks = Object.keys((await worker.manifest()).tasks).flatMap((name) => {
  const task = worker.task(name);
  return task ? [task, { ...task, name: `heavy-${name}`, pool: "heavy" }] : [];
});

export default createWorker(tasks);
