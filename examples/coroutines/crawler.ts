/**
 * A crawler that is polite: it follows the links of one site to a depth, fetches each page once, and
 * begins no more than so many fetches a second.
 */
import * as z from "zod";
import { defineTask } from "../../worker/index.ts";

const Crawl = z.object({
  start: z.url(),
  /** How many links away from the start. */
  depth: z.int().min(0).max(20),
  pagesPerSecond: z.int().min(1).max(100),
  /** Each is a call, and a journal holds 10,000: a larger crawl goes on with ctx.continueAs. */
  maxPages: z.int().min(1).max(4000),
});

export interface Page {
  status: number;
  /** As they stand in the page. */
  links: string[];
}

export interface Web {
  /** @throws if the site does not answer; that a page is missing is an answer */
  fetchPage(url: string, signal: AbortSignal): Promise<Page>;
}

export function crawlerTasks(web: Web) {
  const fetchPage = defineTask(
    "fetchPage",
    { input: z.url(), retry: { maxAttempts: 3, baseSeconds: 5 }, timeoutSeconds: 30 },
    (url, ctx) => web.fetchPage(url, ctx.signal),
  );

  const crawl = defineTask(
    "crawl",
    { input: Crawl },
    async ({ start, depth, pagesPerSecond, maxPages }, ctx) => {
      const seen = new Set([normalize(start, start)]);
      const broken: string[] = [];
      // If the site goes down, or the crawl is cancelled, no fetch is left behind.
      await ctx.taskGroup(async (group) => {
        let level = [...seen];
        for (let distance = 0; level.length > 0; distance += 1) {
          const next: string[] = [];
          for (let from = 0; from < level.length; from += pagesPerSecond) {
            const urls = level.slice(from, from + pagesPerSecond);
            const fetches = ctx.gather(urls.map((url) => group.submit(fetchPage, url)));
            // The rate limit: the next ones begin when these are done and their second is over.
            const [pages] = await Promise.all([fetches, ctx.sleep(1)]);
            for (const [index, { status, links }] of pages.entries()) {
              const url = urls[index] as string;
              if (status >= 400) broken.push(url);
              for (const link of distance < depth ? links : []) {
                const found = normalize(link, url);
                if (!found || seen.has(found) || seen.size >= maxPages) continue;
                seen.add(found);
                next.push(found);
              }
            }
          }
          level = next;
        }
      });
      return { pages: seen.size, broken };
    },
  );

  return { fetchPage, crawl };
}

/** A link as an address without its fragment; "" if it leads to another site, or nowhere. */
function normalize(link: string, from: string): string {
  const url = URL.parse(link, from);
  if (!url || url.origin !== new URL(from).origin) return "";
  url.hash = "";
  return url.href;
}
