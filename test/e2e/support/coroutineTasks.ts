/**
 * Tasks that await, and what they submit.
 */
import { appendFileSync } from "node:fs";
import * as z from "zod";
import { createWorker, defineTask } from "../../../worker/index.ts";

/** A file outside of all that is recorded: what is done to it twice shows. */
const world = z.object({ file: z.string() });

const double = defineTask("double", { input: z.number() }, (value) => value * 2);

/** Uses all that a task can await; its promise is its call number 5. */
const journey = defineTask("journey", { input: world }, async ({ file }, ctx) => {
  const doubled = await ctx.gather([ctx.submit(double, 5), ctx.submit(double, 6)]);
  await ctx.sleep(0.3);
  const receipt = await ctx.step("charge", ({ id }) => {
    appendFileSync(file, `charged ${id}\n`);
    return id;
  });
  const answer = await ctx.promise<string>();
  const again = await ctx.submit(double, 7);
  return { doubled, receipt, answer, again };
});

/** Waits for ever, and puts things in order before it ends. */
const careful = defineTask("careful", { input: world }, async ({ file }, ctx) => {
  try {
    await ctx.promise();
  } finally {
    const value = await ctx.submit(double, 4);
    await ctx.step("undo", () => appendFileSync(file, `undone ${value}\n`));
  }
});

/** Waits for a promise that many wait for. */
const patient = defineTask(
  "patient",
  { input: z.object({ gate: z.string(), value: z.number() }) },
  async ({ gate, value }, ctx) => `${await ctx.promiseOf<string>(gate)} ${value}`,
);

export default createWorker([double, journey, careful, patient]);
