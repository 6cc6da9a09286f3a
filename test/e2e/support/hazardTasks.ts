/**
 * Tasks of the hazards' tests: `gone` stands here, and in no other tasks file.
 */
import { echo, sleep } from "../../../examples/tasks.ts";
import { createWorker, defineTask } from "../../../worker/index.ts";

/** Takes memory until its process dies of it. */
const outOfMemory = defineTask("outOfMemory", { retry: { maxAttempts: 2, baseSeconds: 0 } }, () => {
  const kept: unknown[] = [];
  for (;;) kept.push(new Array(1_000_000).fill(kept.length));
});

const gone = defineTask("gone", { retry: { maxAttempts: 2, baseSeconds: 0 } }, () => "never");

export default createWorker([echo, sleep, outOfMemory, gone]);
