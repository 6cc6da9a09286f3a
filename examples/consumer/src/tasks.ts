/**
 * The tasks of this project.
 */
import { createWorker, defineTask } from "forerun/worker";
import * as z from "zod";
import { wordsOf } from "./words.ts";

/** How often each word stands in a text. */
export const countWords = defineTask(
  "countWords",
  { input: z.object({ text: z.string() }), timeoutSeconds: 30 },
  ({ text }, ctx) => {
    ctx.logger.info("counting", { characters: text.length });
    const counts: Record<string, number> = {};
    for (const word of wordsOf(text)) counts[word] = (counts[word] ?? 0) + 1;
    return counts;
  },
);

/** The words that stand most often, the most frequent first. */
export const mostFrequent = defineTask(
  "mostFrequent",
  { input: z.object({ counts: z.record(z.string(), z.number()), many: z.int().positive() }) },
  ({ counts, many }) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .slice(0, many)
      .map(([word]) => word),
);

export default createWorker([countWords, mostFrequent]);
