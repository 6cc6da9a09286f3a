/**
 * Tasks of the end-to-end tests: the examples', and some that behave as badly as handlers can.
 */
import * as z from "zod";
import { echo, fail, sleep } from "../../../examples/tasks.ts";
import { createWorker, defineTask } from "../../../worker/index.ts";

const once = { retry: { maxAttempts: 1 } };

const throwsString = defineTask("throwsString", once, () => {
  throw "just a string";
});

const returnsBigInt = defineTask("returnsBigInt", {}, () => 1n);

const returnsCycle = defineTask("returnsCycle", {}, () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  return cycle;
});

/** Ignores its signal and its timeout. */
const neverReturns = defineTask(
  "neverReturns",
  { ...once, timeoutSeconds: 2 },
  () => new Promise(() => {}),
);

/** Blocks the event loop, for longer than a lease. */
const blocks = defineTask(
  "blocks",
  { ...once, input: z.object({ milliseconds: z.number() }) },
  ({ milliseconds }) => {
    const end = Date.now() + milliseconds;
    while (Date.now() < end);
    return "awake again";
  },
);

/** Blocks for ever: only the end of its process ends it. */
const blocksForEver = defineTask("blocksForEver", { ...once, timeoutSeconds: 2 }, () => {
  for (;;);
});

/** Fails until the given attempt. */
const flaky = defineTask(
  "flaky",
  { input: z.object({ until: z.number() }), retry: { maxAttempts: 3, baseSeconds: 0 } },
  ({ until }, ctx) => {
    if (ctx.attempt < until) throw new Error(`not in attempt ${ctx.attempt}`);
    return ctx.attempt;
  },
);

/** Goes on until it is told to stop. */
const untilCancelled = defineTask("untilCancelled", {}, async (_, ctx) => {
  await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
  throw ctx.signal.reason;
});

/** Awaits all that can be awaited, of a priority of its own and beyond what stands in an item. */
const awaits = defineTask(
  "awaits",
  { input: z.object({ later: z.number(), large: z.string() }) },
  async ({ later, large }, ctx) => {
    const waiting = ctx.submit(echo, { value: 0 }, { delaySeconds: later });
    const value = await ctx.step("large", () => large);
    const echoed = ctx.gather([ctx.submit(echo, { value }), ctx.sleep(0.2)]);
    await echoed;
    await waiting.cancel();
    return value.length;
  },
);

export default createWorker([
  echo,
  fail,
  sleep,
  throwsString,
  returnsBigInt,
  returnsCycle,
  neverReturns,
  blocks,
  blocksForEver,
  flaky,
  untilCancelled,
  awaits,
]);
