/**
 * Tasks that take and give much.
 */
import * as z from "zod";
import { createWorker, defineTask } from "../../../worker/index.ts";

const once = { retry: { maxAttempts: 1 } };

/** A result whose JSON has so many bytes. */
const grow = defineTask("grow", { ...once, input: z.object({ bytes: z.number() }) }, ({ bytes }) =>
  "x".repeat(bytes - 2),
);

/** Each of its characters takes two bytes as JSON, and four in the JSON of a function's answer. */
const quotes = defineTask(
  "quotes",
  { ...once, input: z.object({ count: z.number() }) },
  ({ count }) => '"'.repeat(count),
);

const length = defineTask(
  "length",
  { ...once, input: z.object({ text: z.string() }) },
  ({ text }) => text.length,
);

export default createWorker([grow, quotes, length]);
