/**
 * Tasks of two pools, which tell where they ran.
 */
import { sleep } from "../../../examples/tasks.ts";
import { createWorker, defineTask } from "../../../worker/index.ts";

const where = () => ({ pool: process.env.FORERUN_POOL, model: process.env.MODEL ?? null });

export default createWorker([
  sleep,
  defineTask("light", {}, where),
  defineTask("heavy", { pool: "heavy" }, where),
]);
