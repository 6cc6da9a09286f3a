/**
 * A document is split, its pages are read at the same time, a person approves, and it is delivered.
 * It may take a week, and holds no slot while others work or think.
 */
import * as z from "zod";
import { defineTask } from "../../worker/index.ts";

const Document = z.object({
  document: z.string(),
  reviewer: z.string(),
  /** Seconds in which the reviewer has to decide; a reminder goes out when half of them are over. */
  timeToDecide: z.int().min(60).max(31_536_000),
});

export interface Decision {
  approved: boolean;
  by: string;
}

export interface Summary {
  pages: number;
  words: number;
}

/** Where documents lie, and whom one asks. */
export interface Office {
  countPages(document: string, signal: AbortSignal): Promise<number>;
  countWords(document: string, page: number, signal: AbortSignal): Promise<number>;
  /**
   * Sends the reviewer a link, by which the promise is settled: docs/security.md. The key tells a
   * letter that is sent again from a new one.
   */
  ask(letter: {
    to: string;
    promise: string;
    token: string;
    summary: Summary;
    key: string;
  }): Promise<void>;
  deliver(document: string, summary: Summary, key: string): Promise<void>;
}

export function documentTasks(office: Office) {
  const splitDocument = defineTask("splitDocument", { input: z.string() }, (document, ctx) =>
    office.countPages(document, ctx.signal),
  );

  const readPage = defineTask(
    "readPage",
    { input: z.object({ document: z.string(), page: z.int() }) },
    ({ document, page }, ctx) => office.countWords(document, page, ctx.signal),
  );

  const processDocument = defineTask(
    "processDocument",
    { input: Document },
    async ({ document, reviewer, timeToDecide }, ctx) => {
      const pages = await ctx.submit(splitDocument, document);
      const calls = Array.from({ length: pages }, (_, page) =>
        ctx.submit(readPage, { document, page }),
      );
      // One thing to await, and one wake, whatever the number of pages.
      const words = await ctx.gather(calls);
      const summary = { pages, words: words.reduce((sum, each) => sum + each, 0) };

      const { promise, token } = await ctx.approval<Decision>({ timeoutSeconds: timeToDecide });
      const ask = (name: string) =>
        ctx.step(name, ({ id: key }) =>
          office.ask({ to: reviewer, promise: promise.id, token, summary, key }),
        );
      await ask("ask");
      // wait, unlike waitFor, leaves the promise as it is when the time is over.
      const { pending } = await ctx.wait([promise], { timeoutSeconds: timeToDecide / 2 });
      if (pending.length > 0) await ask("remind");

      const { approved, by } = await promise; // throws a TimeoutError if nobody has decided
      if (approved) {
        await ctx.step("deliver", ({ id: key }) => office.deliver(document, summary, key));
      }
      return { ...summary, approved, by };
    },
  );

  return { splitDocument, readPage, processDocument };
}
