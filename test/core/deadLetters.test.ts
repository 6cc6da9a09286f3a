/**
 * Dead letters: each is explained by what its future says, and redriven by what that owes.
 */
import { describe, expect, it } from "vitest";
import { InvalidRequestError } from "../../core/errors.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise } from "../../core/usecases/createTimed.ts";
import { listDead, redriveDead } from "../../core/usecases/deadLetters.ts";
import { submit } from "../../core/usecases/submit.ts";
import { sweep } from "../../core/usecases/sweep.ts";
import { drain } from "../support/drain.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { PERMITS } from "../support/queueKey.ts";

const LOW = { band: 3 };
const task = (ports: MemoryPorts) => submit(ports, { task: "works", input: "null", priority: 9 });

describe("the list of dead letters", () => {
  it("tells of each where it lies, what its future says, and why it is dead", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports);
    const other = await task(ports);
    await cancel(ports, other.id);
    ports.queues.bury(LOW, { id, turn: 0 });
    ports.queues.bury(LOW, { id: other.id, turn: 0 });
    ports.queues.bury(LOW, { id: "nobody", turn: 0 });
    ports.queues.bury("settle", undefined);
    ports.queues.bury("settle", { id, work: "tell" });
    ports.queues.bury(PERMITS, { band: 3 });
    const { letters, more } = await listDead(ports);
    expect(more).toBe(false);
    expect(letters).toMatchObject(
      [
        { queue: "low", pool: "default", id, state: "pending", why: /received 1 times.*pending/ },
        { queue: "low", id: other.id, state: "cancelled", why: /may owe word/ },
        { queue: "low", id: "nobody", state: "gone", why: /is gone/ },
        { queue: "permits", why: /names no task/ },
        { queue: "settle", why: /names no future/, text: "no sense" },
        { queue: "settle", id, work: "tell", state: "pending" },
      ].map(({ why, ...each }) => ({
        ...each,
        ...(why ? { why: expect.stringMatching(why) } : {}),
      })),
    );
    // They were put back: the next look finds them.
    expect((await listDead(ports)).letters).toHaveLength(6);
  });

  it("is bounded, says so, and can be of one band or pool", async () => {
    const ports = memoryPorts();
    for (let count = 0; count < 45; count += 1)
      ports.queues.bury(LOW, { id: `x-${count}`, turn: 0 });
    ports.queues.bury("settle", { id: "y" });
    expect(await listDead(ports, {}, 30)).toMatchObject({ more: true });
    expect((await listDead(ports)).letters).toHaveLength(46);
    expect((await listDead(ports, { band: "low" })).letters).toHaveLength(45);
    expect((await listDead(ports, { band: "high" })).letters).toEqual([]);
    expect((await listDead(ports, { pool: "default" })).letters).toHaveLength(45);
    await expect(listDead(ports, { band: "lowest" })).rejects.toThrow(InvalidRequestError);
  });
});

describe("redriving", () => {
  it("promise 1: has the work of live futures done, and deletes their letters", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports);
    const { record } = await createPromise(ports, {});
    const policy = { of: "gather", returnExceptions: false } as const;
    const gather = await createAggregate(ports, { of: [record.id], policy });
    const now = ports.clock.now();
    // Its report is missing: the letter was to make up for it.
    await ports.store.update(
      record.id,
      {},
      { set: { state: "succeeded", result: "1", settledAt: now } },
    );
    ports.queues.purge();
    ports.queues.bury(LOW, { id, turn: 0 });
    ports.queues.bury("settle", { id: gather.id });
    expect(await redriveDead(ports)).toEqual({ redriven: 2, unreadable: 0, more: false });
    await drain(ports, { sweeps: false });
    expect((await ports.store.read(id))?.state).toBe("succeeded");
    expect((await ports.store.read(gather.id))?.state).toBe("succeeded");
    expect((await listDead(ports)).letters).toEqual([]);
  });

  it("sends nothing for a future that needs nothing: a letter is never sent as it is", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports);
    await drain(ports);
    ports.queues.bury(LOW, { id, turn: 0 });
    ports.queues.bury(LOW, { id: "nobody", turn: 0 });
    expect(await redriveDead(ports, { band: "low" })).toMatchObject({ redriven: 2 });
    expect(ports.queues.messages(LOW)).toEqual([]);
  });

  it("of one band leaves those of others", async () => {
    const ports = memoryPorts();
    ports.queues.bury(LOW, { id: "a", turn: 0 });
    ports.queues.bury({ band: 0 }, { id: "b", turn: 0 });
    await redriveDead(ports, { band: "critical" });
    expect((await listDead(ports)).letters).toMatchObject([{ queue: "low" }]);
  });

  it("finds readable letters behind any number that cannot be read, and leaves those to be seen", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports);
    ports.queues.purge();
    for (let count = 0; count < 25; count += 1) ports.queues.bury(LOW, undefined);
    ports.queues.bury(LOW, { id, turn: 0 });
    expect(await sweep(ports)).toMatchObject({ redriven: 1, unreadable: 25 });
    // Visible again, so that the alarm holds and they can be listed.
    expect(await ports.queues.deadDepth(LOW)).toMatchObject({ ready: 25 });
  });

  it("goes on for as long as it is given, and says whether there may be more", async () => {
    const ports = memoryPorts();
    for (let count = 0; count < 230; count += 1)
      ports.queues.bury(LOW, { id: `x-${count}`, turn: 0 });
    const until = ports.clock.now() + 1000;
    const { receiveDead } = ports.queues;
    ports.queues.receiveDead = (queue) => {
      ports.clock.advance(100);
      return receiveDead.call(ports.queues, queue);
    };
    const first = await redriveDead(ports, { band: "low" }, until);
    expect(first).toMatchObject({ redriven: 100, more: true });
    const second = await redriveDead(ports, { band: "low" }, ports.clock.now() + 60_000);
    expect(second).toEqual({ redriven: 130, unreadable: 0, more: false });
  });
});
