/**
 * The crawler in virtual time, on a site made of links.
 */
import { expect, it } from "vitest";
import type { Ports } from "../../core/ports.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { crawlerTasks, type Web } from "../../examples/coroutines/crawler.ts";
import { createWorker, NonRetryableError } from "../../worker/index.ts";
import { Sandbox } from "../simulation/sandbox.ts";

const SITE = "https://example.com";
const RATE = 5;
const DOWN = { name: "NonRetryableError", message: "The site is down." };

/** Page n links to 3n+1 to 3n+3, to itself, to the start and elsewhere. */
class FakeSite {
  readonly fetched: { page: number; at: number }[] = [];
  /** Fetches that were begun and did not come to an end. */
  aborted = 0;
  readonly #seconds: number;
  readonly #downFrom: number;

  constructor({ seconds = 0.1, downFrom = Number.POSITIVE_INFINITY } = {}) {
    this.#seconds = seconds;
    this.#downFrom = downFrom;
  }

  for({ clock }: Ports): Web {
    return {
      fetchPage: async (url, signal) => {
        const page = Number(url.slice(`${SITE}/`.length));
        this.fetched.push({ page, at: clock.now() });
        const until = clock.now() + this.#seconds * 1000 * (page === this.#downFrom ? 1 : 2);
        while (clock.now() < until && !signal.aborted) await clock.sleep(50);
        if (signal.aborted) this.aborted += 1;
        signal.throwIfAborted();
        if (page === this.#downFrom) throw new NonRetryableError(DOWN.message);
        if (page % 7 === 6) return { status: 404, links: [] };
        const links = [1, 2, 3].map((each) => `/${page * 3 + each}#top`);
        return {
          status: 200,
          links: [...links, `${page}`, `${SITE}/0`, "mailto:me", "//else.where/1"],
        };
      },
    };
  }
}

function start(site: FakeSite): Sandbox {
  return new Sandbox((ports) => createWorker(Object.values(crawlerTasks(site.for(ports)))));
}

const CRAWL = { start: `${SITE}/0`, depth: 3, pagesPerSecond: RATE, maxPages: 1000 };

it("each page within the depth is fetched once, no faster than the rate", async () => {
  const site = new FakeSite();
  const box = start(site);
  const [record] = await box.settled([await box.submit("crawl", CRAWL)], 600);
  const expected = levels(3);
  expect(site.fetched.map(({ page }) => page).toSorted((a, b) => a - b)).toEqual(expected);
  expect(JSON.parse(record?.result ?? "")).toEqual({
    pages: expected.length,
    broken: expected.filter((page) => page % 7 === 6).map((page) => `${SITE}/${page}`),
  });
  const times = site.fetched.map(({ at }) => at).toSorted((a, b) => a - b);
  // Fetch n + 2 * RATE belongs to a later batch than n: a second lies between them, but for latency.
  const gaps = times.slice(2 * RATE).map((at, index) => at - (times[index] as number));
  expect(Math.min(...gaps)).toBeGreaterThan(1000);
});

it("pages beyond the number that is allowed are not fetched", async () => {
  const site = new FakeSite();
  const box = start(site);
  await box.settled([await box.submit("crawl", { ...CRAWL, maxPages: 6 })], 600);
  expect(site.fetched.map(({ page }) => page).toSorted((a, b) => a - b)).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
});

it("when the site goes down no fetch is left behind", async () => {
  const site = new FakeSite({ seconds: 10, downFrom: 2 });
  const box = start(site);
  const id = await box.submit("crawl", CRAWL);
  const [record] = await box.settled([id], 600);
  expect(record).toMatchObject({
    state: "failed",
    // As in asyncio it is told twice: by the fetch, and by the gather in the body.
    error: { name: "ExceptionGroup", errors: [DOWN, DOWN] },
  });
  expect(site.aborted).toBe(2);
  expect(site.fetched).toHaveLength(4);
});

it("a crawl that is cancelled takes its fetches with it", async () => {
  const site = new FakeSite({ seconds: 8 });
  const box = start(site);
  const id = await box.submit("crawl", CRAWL);
  await box.world.run(box.world.now + 25_000);
  expect(site.fetched).toHaveLength(4);
  await box.during(cancel(box.ports, id));
  const [record] = await box.settled([id], 600);
  expect(record?.state).toBe("cancelled");
  expect(site.aborted).toBe(3);
});

/** The pages that lie so many links away from 0, or less. */
function levels(depth: number): number[] {
  let level = [0];
  const all = [0];
  for (let distance = 0; distance < depth; distance += 1) {
    level = level
      .filter((page) => page % 7 !== 6)
      .flatMap((n) => [3 * n + 1, 3 * n + 2, 3 * n + 3]);
    all.push(...level);
  }
  return all.toSorted((a, b) => a - b);
}
