/**
 * The tasks of the scenarios: one runs for a time, then returns or raises; told to stop, it does what
 * the scenario says. A coroutine runs a program.
 */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { type Context, createWorker, defineTask, type TaskOptions } from "../../worker/index.ts";
import { type Grid, momentOf, tickOf } from "./coroutines/grid.ts";
import { note } from "./coroutines/notes.ts";
import { bodySchema, interpret } from "./coroutines/program.ts";

const input = z.object({
  /** It runs for so many milliseconds… */
  milliseconds: z.number().optional(),
  /** …or until then, in milliseconds since the epoch. */
  until: z.number().optional(),
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
  { until = 0, milliseconds = until - Date.now(), result = null, error, onCancel }: Input,
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

/** Of a coroutine's ticks, which are longer, it is a small part. */
const COROUTINE_LOOK_SECONDS = 0.2;

/** A task that a coroutine starts. */
const child = defineTask("child", { ...options, cancelSeconds: COROUTINE_LOOK_SECONDS }, run);

export const coroutine = defineTask(
  "coroutine",
  {
    input: z.object({
      as: z.string(),
      body: bodySchema,
      grid: z.custom<Grid>(),
      /** The file that it tells what it does. */
      notes: z.string(),
    }),
    timeoutSeconds: LIMIT_SECONDS,
    cancelSeconds: COROUTINE_LOOK_SECONDS,
  },
  ({ as, body: program, grid, notes }, ctx) => {
    const at = () => tickOf(grid, ctx.now());
    let place = 0;
    return interpret(program, ctx, {
      seconds: (ticks) => Math.max(0, momentOf(grid, at() + ticks) - ctx.now()) / 1000,
      submit({ as: name, ticks, result, error, onCancel = "stop" }) {
        const starts = at();
        const ends = starts + ticks;
        const until = momentOf(grid, ends);
        const future = ctx.submit(child, { until, result, error, onCancel });
        note(notes, { named: name, id: future.id, starts, ends });
        return future;
      },
      spawn(name, its) {
        const future = ctx.submit("coroutine", { as: name, body: its, grid, notes });
        note(notes, { named: name, id: future.id });
        return future;
      },
      effect: (text) => note(notes, { of: as, effect: text }),
      reached() {
        const late = (Date.now() - momentOf(grid, at())) / grid.tick;
        note(notes, { of: as, place, late });
        place += 1;
      },
    });
  },
);

export default createWorker([body, rarelyLooking, nap, child, coroutine]);
