import { describe, expect, it } from "vitest";
import type { FutureRecord } from "../../core/future.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { requeue } from "../../core/usecases/requeue.ts";
import { submit } from "../../core/usecases/submit.ts";
import { drain } from "../support/drain.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";

const REQUEST = { task: "ok", input: "null", priority: 5, id: "a", notify: true } as const;

function setup(publish?: (record: FutureRecord) => Promise<void>) {
  const published: FutureRecord[] = [];
  const notices = { publish: publish ?? (async (record) => void published.push(record)) };
  const ports: MemoryPorts = { ...memoryPorts(), notices };
  return { ports, published };
}

describe("a task that asks for events", () => {
  it("publishes one when it has settled, and none before", async () => {
    const { ports, published } = setup();
    await submit(ports, REQUEST);
    expect(published).toEqual([]);
    await drain(ports);
    expect(published.map(({ id, state }) => [id, state])).toEqual([["a", "succeeded"]]);
    expect((await ports.store.read("a"))?.notify).toBeUndefined();
  });

  it("publishes once although a cancel's guard sees to it again", async () => {
    const { ports, published } = setup();
    await submit(ports, REQUEST);
    await cancel(ports, "a");
    await drain(ports);
    expect(published.map(({ state }) => state)).toEqual(["cancelled"]);
  });

  it("publishes after the queues were purged, promise 1", async () => {
    const { ports, published } = setup();
    await submit(ports, REQUEST);
    await cancel(ports, "a");
    ports.queues.purge();
    await requeue(ports);
    await drain(ports);
    expect(published).toHaveLength(1);
  });

  it("keeps the message while the bus fails: the settler's mapping brings it again", async () => {
    let tries = 0;
    const { ports } = setup(async () => {
      tries += 1;
      if (tries < 3) throw new Error("throttled");
    });
    await submit(ports, REQUEST);
    await expect(drain(ports)).rejects.toThrow("throttled");
    await expect(drain(ports)).rejects.toThrow("throttled");
    expect((await ports.store.read("a"))?.notify).toBe(true);
    await drain(ports);
    expect(tries).toBe(3);
    expect((await ports.store.read("a"))?.notify).toBeUndefined();
  });

  it("is the same request as without: a repeat after a deployment that adds events is no conflict", async () => {
    const { ports } = setup();
    const { notify: _, ...plain } = REQUEST;
    await submit(ports, plain);
    expect((await submit(ports, { ...REQUEST, pool: "heavy" })).id).toBe("a");
  });
});
