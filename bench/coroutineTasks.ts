/**
 * The tasks of the measurements of coroutines.
 */
import * as z from "zod";
import { echo, sleep } from "../examples/tasks.ts";
import { createWorker, defineTask } from "../worker/index.ts";

const input = z.object({ children: z.int(), milliseconds: z.number(), priority: z.int() });

/** Awaits children that are less urgent than itself. */
const over = (name: string, inherit: boolean) =>
  defineTask(name, { input, inherit }, async ({ children, milliseconds, priority }, ctx) => {
    const calls = Array.from({ length: children }, () =>
      ctx.submit(sleep, { milliseconds }, { priority }),
    );
    await ctx.gather(calls);
  });

/** Awaits a promise of its own, whose id is the task's and `.0`. */
const waiting = defineTask("waiting", {}, (_, ctx) => ctx.promise());

export default createWorker([
  echo,
  sleep,
  waiting,
  over("lending", true),
  over("notLending", false),
]);
