/**
 * What a worker's process knows of pauses, and what that costs.
 */
import { describe, expect, it, vi } from "vitest";
import { PAUSES_KNOWN_MS } from "../../core/pauses.ts";
import { pause, resume } from "../../core/usecases/pause.ts";
import { submit } from "../../core/usecases/submit.ts";
import type { Dispatched } from "../../worker/dispatched.ts";
import { PauseWatch } from "../../worker/pauseWatch.ts";
import { Slot } from "../../worker/slot.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { PERMITS } from "../support/queueKey.ts";

const TASK = { task: "works", input: "null", priority: 9 };

/** A process with one slot; gives the ids of the tasks that it ran. */
function worker(ports: MemoryPorts) {
  const ran: string[] = [];
  const slot = new Slot(ports, {
    retryOf: () => undefined,
    run: async ({ task }: Dispatched) => {
      ran.push(task.id);
      return "delete";
    },
  });
  return {
    ran,
    async serve() {
      const permit = await ports.queues.receivePermit(PERMITS, SECONDS);
      if (!permit) throw new Error("There is no permit.");
      const used = await slot.serve({ ...permit, queue: PERMITS, fetched: false });
      if (used) await ports.queues.remove(PERMITS, permit.handle);
      return used;
    },
  };
}

const SECONDS = { waitSeconds: 0, visibilitySeconds: 60 };

describe("a worker's process", () => {
  it("reads once in five seconds, however many tasks it runs", async () => {
    const ports = memoryPorts();
    const reads = vi.spyOn(ports.store, "pauses");
    const { serve, ran } = worker(ports);
    for (let count = 0; count < 50; count += 1) {
      await submit(ports, TASK);
      await serve();
      ports.clock.advance(100);
    }
    expect(ran).toHaveLength(50);
    expect(reads).toHaveBeenCalledTimes(1);
    ports.clock.advance(PAUSES_KNOWN_MS);
    await submit(ports, TASK);
    await serve();
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it("heeds a pause five seconds after it at the latest, and puts back what it had received", async () => {
    const ports = memoryPorts();
    const { serve, ran } = worker(ports);
    await submit(ports, TASK);
    await serve();
    await pause(ports, "low");
    await submit(ports, TASK);
    ports.clock.advance(PAUSES_KNOWN_MS + 1);
    expect(await serve()).toBe(true);
    expect(ran).toHaveLength(1);
    expect(await ports.queues.depth({ band: 3 })).toMatchObject({ ready: 1, inFlight: 0 });
  });

  it("promise 6: does not drop a permit on what it knew before the band was resumed", async () => {
    const ports = memoryPorts();
    const { serve, ran } = worker(ports);
    await pause(ports, "low");
    await submit(ports, TASK);
    expect(await serve()).toBe(true);
    expect(ran).toHaveLength(0);
    await resume(ports, "low");
    await serve();
    expect(ran).toHaveLength(1);
  });

  it("promise 5: passes over no band that was resumed while the process was idle", async () => {
    const ports = memoryPorts();
    const { serve, ran } = worker(ports);
    await pause(ports, "high");
    await submit(ports, TASK);
    await serve();
    await resume(ports, "high");
    ports.clock.advance(PAUSES_KNOWN_MS + 1);
    await submit(ports, TASK);
    const urgent = await submit(ports, { ...TASK, priority: 2 });
    await serve();
    expect(ran[1]).toBe(urgent.id);
  });

  it("waits for one reading where several ask at once", async () => {
    const ports = memoryPorts();
    const reads = vi.spyOn(ports.store, "pauses");
    const watch = new PauseWatch(ports);
    await Promise.all([watch.current(), watch.current(), watch.afterMessage(ports.clock.now())]);
    expect(reads).toHaveBeenCalledTimes(1);
  });

  it("reads again after a reading that failed", async () => {
    const ports = memoryPorts();
    await pause(ports, "low");
    vi.spyOn(ports.store, "pauses").mockRejectedValueOnce(new Error("throttled"));
    const watch = new PauseWatch(ports);
    await expect(watch.current()).rejects.toThrow("throttled");
    expect([...(await watch.current())]).toEqual([3]);
  });
});
