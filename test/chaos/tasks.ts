/**
 * The task that chaos runs: its input says how it behaves, and it notes each run in a file, so that
 * the judge knows what really ran, besides what the table says.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { createWorker, defineTask, NonRetryableError } from "../../worker/index.ts";
import { MAX_ATTEMPTS } from "../support/behaviour.ts";
import type { Effect } from "./effects.ts";

/** Short, so that a task that hangs does not hold its slot for long. */
const TIMEOUT_SECONDS = 4;

const work = defineTask(
  "work",
  {
    input: z.object({
      milliseconds: z.number(),
      failures: z.number(),
      end: z.enum(["value", "large value", "reject", "hang"]),
      declines: z.boolean(),
      /** File of the effects. */
      log: z.string(),
    }),
    timeoutSeconds: TIMEOUT_SECONDS,
    cancelSeconds: 0.5,
    retry: { maxAttempts: MAX_ATTEMPTS, baseSeconds: 0.2, maxSeconds: 1 },
  },
  async ({ milliseconds, failures, end, declines, log }, { id, attempt, signal }) => {
    const run = randomUUID();
    const note = (what: Effect["what"]) => {
      const effect: Effect = { id, run, attempt, what, at: Date.now(), pid: process.pid };
      appendFileSync(log, `${JSON.stringify(effect)}\n`);
    };
    note("start");
    const told = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    if (end === "hang") await (declines ? new Promise<never>(() => {}) : told);
    const done = sleep(milliseconds);
    await (declines ? done : Promise.race([done, told]));
    if (signal.aborted && !declines) throw signal.reason;
    if (attempt <= failures) {
      throw Object.assign(new Error(`in attempt ${attempt}`), { name: "PlannedError" });
    }
    if (end === "reject") throw new NonRetryableError("rejected");
    note("end");
    return { of: id, run, ...(end === "large value" ? { text: "x".repeat(2000) } : {}) };
  },
);

export default createWorker([work]);
