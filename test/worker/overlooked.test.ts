/**
 * Samples of inversions, and what a slot tells of its work.
 */
import { describe, expect, it, vi } from "vitest";
import { submit } from "../../core/usecases/submit.ts";
import { overlooked } from "../../worker/overlooked.ts";
import { Slot } from "../../worker/slot.ts";
import { SILENT, type Telemetry } from "../../worker/telemetry.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { PERMITS } from "../support/queueKey.ts";

const MESSAGE = { body: { id: "t", turn: 0 }, delaySeconds: 0 };

describe("more urgent work was overlooked", () => {
  it("if it was there before the slot looked, and stays visible", async () => {
    const ports = memoryPorts();
    await ports.queues.sendTasks({ band: 0 }, [MESSAGE]);
    ports.clock.advance(500);
    expect(await overlooked(ports, 2, ports.clock.now())).toBe(true);
    expect((await ports.queues.depth({ band: 0 })).ready).toBe(1);
  });

  it("not if it came since, waits for its time, or was in someone's hands", async () => {
    const ports = memoryPorts();
    const probedAt = ports.clock.now();
    await ports.queues.sendTasks({ band: 0 }, [MESSAGE]);
    expect(await overlooked(ports, 2, probedAt)).toBe(false);

    const early = memoryPorts();
    const due = early.clock.now() + 60_000;
    await early.queues.sendTasks({ band: 0 }, [{ ...MESSAGE, body: { ...MESSAGE.body, due } }]);
    early.clock.advance(500);
    expect(await overlooked(early, 2, early.clock.now())).toBe(false);

    const held = memoryPorts();
    await held.queues.sendTasks({ band: 0 }, [MESSAGE]);
    held.queues.receive({ band: 0 }, 0);
    held.clock.advance(500);
    expect(await overlooked(held, 2, held.clock.now())).toBe(false);
  });

  it("not by work below", async () => {
    const ports = memoryPorts();
    await ports.queues.sendTasks({ band: 3 }, [MESSAGE]);
    ports.clock.advance(500);
    expect(await overlooked(ports, 2, ports.clock.now())).toBe(false);
  });
});

describe("a slot", () => {
  const request = { task: "resize", priority: 5, input: "null" };

  async function serve(ports: MemoryPorts): Promise<Telemetry> {
    const telemetry: Telemetry = {
      ...SILENT,
      started: vi.fn(),
      sampled: vi.fn(),
      surplus: vi.fn(),
    };
    const slot = new Slot(ports, {
      retryOf: () => undefined,
      run: async () => "delete",
      telemetry,
      samples: () => true,
    });
    const permit = ports.queues.receive<{ band: number }>(PERMITS, 900);
    if (!permit) throw new Error("There is no permit.");
    await slot.serve({ ...permit, queue: PERMITS, receives: 3, fetched: false });
    return telemetry;
  }

  it("tells since when a task could run, and looks above it again", async () => {
    const ports = memoryPorts();
    const readySince = ports.clock.now();
    await submit(ports, request);
    ports.clock.advance(300);
    const telemetry = await serve(ports);
    expect(telemetry.started).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ band: 2, readySince }),
      false,
    );
    await vi.waitFor(() => expect(telemetry.sampled).toHaveBeenCalledWith(2, false));
  });

  it("tells of a permit that was surplus", async () => {
    const ports = memoryPorts();
    await ports.queues.sendPermits(PERMITS, [{ body: { band: 0 }, delaySeconds: 0 }]);
    const telemetry = await serve(ports);
    expect(telemetry.surplus).toHaveBeenCalledOnce();
    expect(telemetry.started).not.toHaveBeenCalled();
  });
});
