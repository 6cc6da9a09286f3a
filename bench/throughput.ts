/**
 * `npm run bench -- throughput`: tasks a second under load, and how soon a task starts when
 * nothing else is there.
 */
import { task } from "../client/index.ts";
import { warmUp, withCloud } from "./cloud.ts";
import { spread, tenth } from "./statistics.ts";

const SLOTS = 4;
const TASKS = 2000;
const IDLE = 100;

export async function throughput() {
  return withCloud({ slots: SLOTS }, async (bench) => {
    const { forerun } = bench;
    await warmUp(bench, SLOTS);
    const starts: number[] = [];
    const answers: number[] = [];
    for (let count = 0; count < IDLE; count += 1) {
      const begun = performance.now();
      const handle = await forerun.submit("echo", { value: count });
      await handle.result();
      answers.push(performance.now() - begun);
      const { createdAt, startedAt = "" } = await handle.get();
      starts.push(Date.parse(startedAt) - Date.parse(createdAt));
    }
    const begun = performance.now();
    const handles = await forerun.submitBatch(
      Array.from({ length: TASKS }, (_, value) => task("echo", { value })),
    );
    const accepted = performance.now();
    await Promise.all(handles.map((handle) => handle.result()));
    const seconds = (performance.now() - begun) / 1000;
    return {
      slots: SLOTS,
      tasks: TASKS,
      tasksPerSecond: tenth(TASKS / seconds),
      acceptedPerSecond: tenth(TASKS / ((accepted - begun) / 1000)),
      submitToStartMs: spread(starts),
      submitToResultMs: spread(answers),
    };
  });
}
