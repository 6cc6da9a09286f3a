/**
 * The document pipeline in virtual time, with a thousand pages and people who take days.
 */
import { expect, it } from "vitest";
import type { Ports } from "../../core/ports.ts";
import { settle } from "../../core/usecases/settle.ts";
import { documentTasks, type Office } from "../../examples/coroutines/documentPipeline.ts";
import { createWorker } from "../../worker/index.ts";
import { Sandbox } from "../simulation/sandbox.ts";

const SLOTS = 50;

class FakeOffice {
  readonly letters: { promise: string; token: string; key: string }[] = [];
  readonly delivered: string[] = [];
  readonly read: number[] = [];
  readonly #pages: number;
  /** Pages that are being read, and how many were at the same time. */
  #reading = 0;
  most = 0;

  constructor(pages: number) {
    this.#pages = pages;
  }

  for({ clock }: Ports): Office {
    return {
      countPages: async () => this.#pages,
      countWords: async (_document, page) => {
        this.read.push(page);
        this.#reading += 1;
        this.most = Math.max(this.most, this.#reading);
        await clock.sleep(500);
        this.#reading -= 1;
        return page;
      },
      ask: async (letter) => {
        this.letters.push(letter);
      },
      deliver: async (document) => {
        this.delivered.push(document);
      },
    };
  }
}

async function begin(pages: number, timeToDecide = 86_400) {
  const office = new FakeOffice(pages);
  const make = (ports: Ports) => createWorker(Object.values(documentTasks(office.for(ports))));
  const box = new Sandbox(make, { slots: SLOTS });
  const input = { document: "atlas", reviewer: "Ada", timeToDecide };
  const id = await box.submit("processDocument", input);
  while (office.letters.length === 0) await box.world.run(box.world.now + 1000);
  return { office, box, id };
}

async function decide({ office, box, id }: Awaited<ReturnType<typeof begin>>, approved: boolean) {
  const [{ promise } = { promise: "" }] = office.letters;
  await box.during(settle(box.ports, promise, { result: JSON.stringify({ approved, by: "Ada" }) }));
  const [record] = await box.settled([id], 60);
  return JSON.parse(record?.result ?? "") as unknown;
}

it("a thousand pages are read once each, on all slots, and delivered once they are approved", async () => {
  const begun = await begin(1000);
  const { office, box, id } = begun;
  expect(office.most).toBeGreaterThan(SLOTS / 2);
  expect(office.read.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  await box.world.run(box.world.now + 5000);
  expect(await box.store.read(id)).toMatchObject({ state: "suspended" });
  expect(await decide(begun, true)).toEqual({
    pages: 1000,
    words: 499_500,
    approved: true,
    by: "Ada",
  });
  expect(office.delivered).toEqual(["atlas"]);
});

it("a reviewer is reminded once, by a letter that is no repeat; what is refused is not delivered", async () => {
  const begun = await begin(3, 600);
  const { office, box } = begun;
  await box.world.run(box.world.now + 290_000);
  expect(office.letters).toHaveLength(1);
  await box.world.run(box.world.now + 60_000);
  expect(new Set(office.letters.map(({ key }) => key)).size).toBe(2);
  expect(await decide(begun, false)).toMatchObject({ approved: false });
  expect(office.letters).toHaveLength(2);
  expect(office.delivered).toEqual([]);
});

it("what nobody decides in time is not delivered", async () => {
  const { office, box, id } = await begin(3, 120);
  const [record] = await box.settled([id], 300);
  expect(record).toMatchObject({ state: "failed", error: { name: "TimeoutError" } });
  expect(office.delivered).toEqual([]);
});
