/**
 * The task of the scenarios: runs for a time, then returns or raises; told to stop, it does what
 * the scenario says.
 */
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { type Context, createWorker, defineTask, type TaskOptions } from "../../worker/index.ts";

const input = z.object({
  milliseconds: z.number(),
  result: z.unknown().optional(),
  error: z.string().optional(),
  onCancel: z.enum(["stop", "ignore", "return"]),
});

type Input = z.infer<typeof input>;

/** The longest that a task may take (seconds): a tick may be long. */
const LIMIT_SECONDS = 800;

/** Seconds between two looks of a task that nothing in its scenario should cancel. */
const NOW_AND_THEN_SECONDS = 1;

const options: TaskOptions<Input> = {
  input,
  retry: { maxAttempts: 1 },
  timeoutSeconds: LIMIT_SECONDS,
};

export const body = defineTask("body", options, run);

/** One that nothing in its scenario should cancel: it need not spend its time on looking. */
export const rarelyLooking = defineTask(
  "rarelyLooking",
  { ...options, cancelSeconds: NOW_AND_THEN_SECONDS },
  run,
);

/** Keeps a process until it is cancelled. */
export const nap = defineTask(
  "nap",
  { timeoutSeconds: LIMIT_SECONDS, cancelSeconds: 1 },
  (_, { signal }) => delay(LIMIT_SECONDS * 1000, undefined, { signal }),
);

async function run(
  { milliseconds, result = null, error, onCancel }: Input,
  { signal }: Context,
): Promise<unknown> {
  const stops = onCancel !== "ignore";
  try {
    await delay(milliseconds, undefined, stops ? { signal } : {});
  } catch {
    if (onCancel === "return") return "cancelled-but-returned";
    throw signal.reason;
  }
  if (error !== undefined) throw Object.assign(new Error(error), { name: error });
  return result;
}

export default createWorker([body, rarelyLooking, nap]);
