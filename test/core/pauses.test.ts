/**
 * Paused bands: their work waits, nothing else does, and nothing is lost by it.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bandOf } from "../../core/bands.ts";
import { InvalidRequestError } from "../../core/errors.ts";
import { isTerminal } from "../../core/future.ts";
import { pausedBands } from "../../core/pauses.ts";
import type { TaskMessage } from "../../core/ports.ts";
import { probeOrder } from "../../core/probing.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { claim, type Leased } from "../../core/usecases/claim.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { finishAttempt } from "../../core/usecases/finishAttempt.ts";
import { move } from "../../core/usecases/move.ts";
import { pause, resume } from "../../core/usecases/pause.ts";
import { renew } from "../../core/usecases/renew.ts";
import { submit } from "../../core/usecases/submit.ts";
import { sweep } from "../../core/usecases/sweep.ts";
import { drain, settlerStep, workerStep } from "../support/drain.ts";
import { interpose, lose } from "../support/interpose.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { FATES, Mishap } from "../support/mortal.ts";
import { allRecords } from "../support/promises.ts";
import { PERMITS } from "../support/queueKey.ts";

const LOW = 9;
const DAY_MS = 86_400_000;

const task = (ports: MemoryPorts, priority: number, name = "works") =>
  submit(ports, { task: name, input: "null", priority });

const stateOf = async (ports: MemoryPorts, id: string) => (await ports.store.read(id))?.state;

/** All that goes on by itself, without the help of the sweeper. */
const unaided = (ports: MemoryPorts) => drain(ports, { sweeps: false });

/** Guards of what was called so far come and go. */
async function pastGuards(ports: MemoryPorts): Promise<void> {
  ports.clock.advance(70_000);
  while (await settlerStep(ports));
}

/** A task in the lowest band, and a gather of it that nothing but the task's word settles. @returns its id */
async function gathered(ports: MemoryPorts): Promise<string> {
  const { id } = await task(ports, LOW);
  const policy = { of: "gather", returnExceptions: false } as const;
  await createAggregate(ports, { id: "gather", of: [id], policy });
  await pastGuards(ports);
  return id;
}

/** So many days that queues forget what was sent at first; the sweeper comes once a day. */
async function forgetful(ports: MemoryPorts): Promise<void> {
  for (let day = 0; day < 16; day += 1) {
    ports.clock.advance(DAY_MS + 60_000);
    ports.queues.forget(14 * DAY_MS);
    await sweep(ports);
    await unaided(ports);
  }
}

describe("a paused band", () => {
  it("keeps what is submitted, while other bands are served", async () => {
    const ports = memoryPorts();
    await pause(ports, "low");
    const low = await task(ports, LOW);
    const normal = await task(ports, 5);
    await unaided(ports);
    expect(await stateOf(ports, low.id)).toBe("pending");
    expect(await stateOf(ports, normal.id)).toBe("succeeded");
    await resume(ports, "low");
    await unaided(ports);
    expect(await stateOf(ports, low.id)).toBe("succeeded");
  });

  it("keeps retries and delayed tasks, and lets what is cancelled or moved away go", async () => {
    const ports = memoryPorts();
    const flaky = await task(ports, LOW, "flaky");
    const delayed = await submit(ports, {
      ...{ task: "works", input: "null", priority: LOW, delaySeconds: 100 },
    });
    // The first attempt of the one fails; then its band is paused.
    await drain(ports, {
      sweeps: false,
      until: async () => (await attemptsOf(ports, flaky.id)) > 0,
    });
    await pause(ports, "low");
    const cancelled = await task(ports, LOW);
    const moved = await task(ports, LOW);
    await unaided(ports);
    expect(await stateOf(ports, flaky.id)).toBe("pending");
    expect(await stateOf(ports, delayed.id)).toBe("pending");
    expect(await cancel(ports, cancelled.id)).toBe(true);
    await move(ports, moved.id, 1);
    await unaided(ports);
    expect(await stateOf(ports, cancelled.id)).toBe("cancelled");
    expect(await stateOf(ports, moved.id)).toBe("succeeded");
    await resume(ports, "low");
    await unaided(ports);
    expect(await stateOf(ports, flaky.id)).toBe("succeeded");
    expect(await stateOf(ports, delayed.id)).toBe("succeeded");
  });

  it("lets a task be cancelled whose worker has died, although nobody takes it over", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports, LOW);
    const [message] = ports.queues.messages({ band: 3 });
    await claim(ports, message?.body as TaskMessage);
    await pause(ports, "low");
    expect(await cancel(ports, id)).toBe(true);
    expect(await stateOf(ports, id)).toBe("running");
    ports.clock.advance(60_000);
    expect(await cancel(ports, id)).toBe(true);
    expect(await stateOf(ports, id)).toBe("cancelled");
  });

  it("of one pool leaves the same band of others alone", async () => {
    const pools = [
      { name: "default", slots: 2 },
      { name: "gpu", slots: 1 },
    ];
    const ports = memoryPorts({ pools });
    const { paused } = await pause(ports, "low", "gpu");
    expect(paused).toMatchObject([{ pool: "gpu", band: "low" }]);
    const { bands } = ports.config;
    expect([...pausedBands(bands, "gpu", { paused })]).toEqual([3]);
    expect([...pausedBands(bands, "default", { paused })]).toEqual([]);
    await resume(ports, "low");
    expect((await ports.store.pauses()).paused).toEqual([]);
  });

  it("that does not exist is refused, and the answer names those that do", async () => {
    const ports = memoryPorts();
    const wrong = (call: Promise<unknown>) => expect(call).rejects.toThrow(InvalidRequestError);
    await wrong(pause(ports, "lowest"));
    await wrong(resume(ports, "low", "gpu"));
    await expect(pause(ports, "lowest")).rejects.toThrow(/use critical, high, normal, low/);
  });
});

async function attemptsOf(ports: MemoryPorts, id: string): Promise<number> {
  return (await ports.store.read(id))?.attempts ?? 0;
}

describe("permits", () => {
  it("of paused work are dropped after one round, not shown again and again", async () => {
    const ports = memoryPorts();
    await pause(ports, "low");
    let polls = 0;
    const { receiveTask } = ports.queues;
    ports.queues.receiveTask = (from, options) => {
      polls += 1;
      return receiveTask.call(ports.queues, from, options);
    };
    for (let count = 0; count < 10; count += 1) await task(ports, LOW);
    await unaided(ports);
    // Two sweeps of the three other bands each, no long poll, no second look; and, as each permit
    // meets a new process here, once all four, beside the read that tells of the pause.
    expect(polls).toBe(10 * (2 * 3 + 4));
    expect(ports.queues.messages(PERMITS)).toEqual([]);
  });

  it("promise 6: resuming rings so that everything is done, without the sweeper", async () => {
    const ports = memoryPorts({ pools: [{ name: "default", slots: 3 }] });
    await pause(ports, "low");
    const made = await Promise.all(Array.from({ length: 40 }, () => task(ports, LOW)));
    await unaided(ports);
    await resume(ports, "low");
    expect(ports.queues.messages(PERMITS)).toHaveLength(3);
    await unaided(ports);
    for (const { id } of made) expect(await stateOf(ports, id)).toBe("succeeded");
    expect(ports.queues.size()).toBe(0);
  });

  it("the sweeper rings none for paused work, and goes on doing so for the rest", async () => {
    const ports = memoryPorts();
    await pause(ports, "low");
    await task(ports, LOW);
    await unaided(ports);
    expect((await sweep(ports)).rung).toBe(0);
    await ports.queues.sendTasks({ band: 1 }, [{ body: { id: "x", turn: 0 }, delaySeconds: 0 }]);
    expect((await sweep(ports)).rung).toBe(1);
  });

  it("promise 9: a paused band is probed by nobody, however overdue its share", () => {
    const { bands } = memoryPorts().config;
    fc.assert(
      fc.property(
        fc.array(fc.nat(100), { minLength: 4, maxLength: 4 }),
        fc.uniqueArray(fc.nat(3)),
        (history, paused) => {
          const order = probeOrder(bands, "weighted", history, new Set(paused));
          const open = [0, 1, 2, 3].filter((band) => !paused.includes(band));
          expect([...order].sort()).toEqual(open);
        },
      ),
    );
  });
});

describe("promise 1: nothing that was accepted is lost", () => {
  type Step = { do: "submit" | "cancel" | "pause" | "resume" | "work"; band: number };
  const steps = fc.array(
    fc.record<Step>({
      do: fc.constantFrom("submit", "submit", "cancel", "pause", "resume", "work"),
      band: fc.nat(3),
    }),
    { maxLength: 25 },
  );
  const PRIORITIES = [1, 3, 5, 9];

  it("whatever is paused and resumed when, and nothing of a paused band begins", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const ports = memoryPorts({ pools: [{ name: "default", slots: 2 }] });
        const { bands } = ports.config;
        ports.store.onWrite = (after, before) => {
          const begins = after.state === "running" && before?.state === "pending";
          if (begins && paused.has(bandOf(after.priority ?? 5, bands))) early.push(after.id);
        };
        const early: string[] = [];
        let paused: ReadonlySet<number> = new Set();
        for (const step of given) {
          const band = bands[step.band]?.name ?? "";
          if (step.do === "submit") await task(ports, PRIORITIES[step.band] as number);
          if (step.do === "work") await unaided(ports);
          if (step.do === "cancel") {
            const [any] = (await allRecords(ports)).filter((each) => !isTerminal(each));
            if (any) await cancel(ports, any.id);
          }
          if (step.do === "pause" || step.do === "resume") {
            const pauses = await (step.do === "pause" ? pause : resume)(ports, band);
            paused = pausedBands(bands, "default", pauses);
          }
        }
        for (const { name } of bands) await resume(ports, name);
        paused = new Set();
        await unaided(ports);
        expect(early).toEqual([]);
        const left = (await allRecords(ports)).filter((each) => !isTerminal(each));
        expect(left.map(({ id }) => id)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each(FATES)("when resuming %s any of its calls, the sweeper makes it good", async (fate) => {
    for (let at = 1; at <= 2; at += 1) {
      const ports = memoryPorts();
      await pause(ports, "low");
      const { id } = await task(ports, LOW);
      await unaided(ports);
      const mishap = new Mishap(at, fate);
      const end = await mishap.process(ports, (own) => resume(own, "low"));
      // Whoever got no answer asks again, as the SDK does, or sees what is paused still.
      const { paused } = await ports.store.pauses();
      if (end.how !== "answered" && paused.length > 0) await resume(ports, "low");
      await drain(ports);
      expect(await stateOf(ports, id), mishap.happened).toBe("succeeded");
    }
  });

  it("in a band that is paused for longer than SQS keeps messages", async () => {
    const ports = memoryPorts();
    const early = await task(ports, LOW);
    // It had waited for twelve days before: its message has two days left.
    ports.clock.advance(12 * DAY_MS);
    await pause(ports, "low");
    const made = [early, await task(ports, LOW), await task(ports, LOW)];
    const other = await task(ports, 5, "works");
    let renewed = 0;
    for (let day = 0; day < 40; day += 1) {
      ports.clock.advance(DAY_MS + 60_000);
      ports.queues.forget(14 * DAY_MS);
      renewed += (await sweep(ports)).renewed;
      await unaided(ports);
    }
    // After a day, and then each week.
    expect(renewed).toBe(3 * 6);
    await resume(ports, "low");
    await unaided(ports);
    for (const { id } of [...made, other]) expect(await stateOf(ports, id)).toBe("succeeded");
  });

  it("and what settled as its worker died, whose message nobody met before the queue forgot it", async () => {
    for (let at = 1; at <= 6; at += 1) {
      const ports = memoryPorts();
      await gathered(ports);
      const mishap = new Mishap(at, "dies after");
      await workerStep(ports, mishap);
      await pause(ports, "low");
      await forgetful(ports);
      await resume(ports, "low");
      await unaided(ports);
      expect(await stateOf(ports, "gather"), mishap.happened).toBe("succeeded");
    }
  });

  it("and what was moved away while it ran, and its worker died", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports, LOW);
    await workerStep(ports, new Mishap(2, "dies before"));
    expect(await stateOf(ports, id)).toBe("running");
    await move(ports, id, 5);
    await pause(ports, "low");
    await forgetful(ports);
    await drain(ports);
    expect(await stateOf(ports, id)).toBe("succeeded");
  });

  it("and what was moved away while it ran, and settled as its worker died", async () => {
    const ports = memoryPorts();
    const id = await gathered(ports);
    await workerStep(ports, new Mishap(2, "dies before"));
    await move(ports, id, 5);
    // The move's own guard finds it running.
    await pastGuards(ports);
    interpose(ports.store, "report", "before", lose);
    const attempt = (await ports.store.read(id)) as Leased;
    const returned = { how: "returned", result: "1" } as const;
    await expect(finishAttempt(ports, attempt, returned, undefined)).rejects.toThrow();
    expect(await stateOf(ports, id)).toBe("succeeded");
    await pause(ports, "low");
    await forgetful(ports);
    expect(await stateOf(ports, "gather")).toBe("succeeded");
  });

  it("and a band that was paused while a renewal was about to begin", async () => {
    const ports = memoryPorts();
    await pause(ports, "high");
    ports.clock.advance(2 * DAY_MS);
    const readAt = ports.clock.now();
    const pauses = await ports.store.pauses();
    ports.clock.advance(1);
    await task(ports, LOW);
    await pause(ports, "low");
    ports.clock.advance(1);
    await renew(ports, pauses, readAt);
    ports.clock.advance(DAY_MS + 60_000);
    expect((await sweep(ports)).renewed).toBe(1);
  });
});

it("promise 6: newer work that a permit for old work meets leaves no permit too few", async () => {
  const ports = memoryPorts({ pools: [{ name: "default", slots: 1 }] });
  await pause(ports, "low");
  const old = [await task(ports, LOW), await task(ports, LOW), await task(ports, LOW)];
  await unaided(ports);
  // One permit for the only slot; of what comes later it takes the more urgent, and that task's own
  // permit, which has waited for the slot, takes one of the old.
  await resume(ports, "low");
  ports.clock.advance(3000);
  const urgent = await task(ports, 0);
  ports.clock.advance(1000);
  await unaided(ports);
  for (const { id } of [urgent, ...old]) expect(await stateOf(ports, id)).toBe("succeeded");
});
