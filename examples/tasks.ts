/**
 * The tasks of the embedded demo. `npm start -- --tasks FILE` runs another such file.
 */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { createWorker, defineTask } from "../worker/index.ts";

/** Gives its value back. */
export const echo = defineTask(
  "echo",
  { input: z.object({ value: z.unknown() }) },
  ({ value }) => value,
);

/**
 * Waits, then gives its value back. Attempts end after 60 seconds unless the request has another
 * `timeoutSeconds`, up to what the worker's function allows.
 */
export const sleep = defineTask(
  "sleep",
  {
    input: z.object({
      milliseconds: z.number().min(0).max(800_000),
      value: z.unknown().optional(),
    }),
    timeoutSeconds: 60,
  },
  async ({ milliseconds, value = null }, ctx) => {
    try {
      await delay(milliseconds, undefined, { signal: ctx.signal });
    } catch {
      // To throw the reason of a cancellation is to accept it.
      throw ctx.signal.reason;
    }
    return value;
  },
);

/** Fails with an error of that name and message, at the first attempt. */
export const fail = defineTask(
  "fail",
  { input: z.object({ name: z.string(), message: z.string() }), retry: { maxAttempts: 1 } },
  ({ name, message }): never => {
    throw Object.assign(new Error(message), { name });
  },
);

export default createWorker([echo, sleep, fail]);
