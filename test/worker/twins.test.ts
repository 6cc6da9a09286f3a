/**
 * A task that rings a reserved slot as well has two permits. The late one must cost little; and it
 * must not be taken for surplus while somebody needs it (promise 6).
 */
import { beforeEach, expect, it } from "vitest";
import type { Permit, PermitQueue } from "../../core/ports.ts";
import { finishAttempt } from "../../core/usecases/finishAttempt.ts";
import { submit } from "../../core/usecases/submit.ts";
import { Slot } from "../../worker/slot.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";

const ANY: PermitQueue = { permits: "any", pool: "default" };
const RESERVED: PermitQueue = { permits: "reserved", pool: "default" };

let ports: MemoryPorts;
let probes: number;
/** Probes that find nothing although something is there. */
let falseEmpties: number;

beforeEach(() => {
  ports = memoryPorts();
  ports.config = {
    ...ports.config,
    pools: [{ name: "default", slots: 2, reserved: { slots: 2, through: 0 } }],
  };
  probes = 0;
  falseEmpties = 0;
  const receive = ports.queues.receiveTask.bind(ports.queues);
  ports.queues.receiveTask = async (...args) => {
    probes += 1;
    falseEmpties -= 1;
    return falseEmpties >= 0 ? undefined : receive(...args);
  };
});

const urgent = (id: string) => submit(ports, { id, task: "run", priority: 0, input: "null" });
const state = async (id: string) => (await ports.store.read(id))?.state;

/** Serves the next permit of a queue. @returns whether the permit is used up */
async function serve(queue: PermitQueue, options: { dies?: boolean } = {}): Promise<boolean> {
  const permit = ports.queues.receive<Permit>(queue, 900);
  if (!permit) throw new Error("There is no permit.");
  const slot = new Slot(ports, {
    permits: queue.permits,
    retryOf: () => undefined,
    run: async ({ task }) => {
      if (options.dies) throw new Error("died here");
      await finishAttempt(ports, task, { how: "returned", result: "1" }, undefined);
      return "delete";
    },
  });
  const served = slot.serve({ ...permit, queue, fetched: false });
  const used = options.dies ? await served.catch(() => false) : await served;
  if (used) await ports.queues.remove(queue, permit.handle);
  return used;
}

it.each([
  ["any", ANY, RESERVED],
  ["reserved", RESERVED, ANY],
])(
  "one whose twin ran their task goes after one probe: the first is %s",
  async (_, first, late) => {
    await urgent("a");
    expect(await serve(first)).toBe(true);
    expect(await state("a")).toBe("succeeded");
    probes = 0;
    expect(await serve(late)).toBe(true);
    expect(probes).toBe(1);
  },
);

it("one that misses its task by a false empty looks on, and finds it", async () => {
  await urgent("a");
  falseEmpties = 1;
  await serve(RESERVED);
  expect(await state("a")).toBe("succeeded");
});

it("one that misses it in every probe comes again, as any permit does", async () => {
  await urgent("a");
  falseEmpties = 100;
  expect(await serve(RESERVED)).toBe(false);
  expect(await state("a")).toBe("pending");
});

it("one whose task was run by a permit of another's looks for that other", async () => {
  await submit(ports, { id: "low", task: "run", priority: 9, input: "null" });
  await urgent("a");
  await serve(ANY); // the permit of "low" finds "a", which is more urgent
  expect(await state("a")).toBe("succeeded");
  falseEmpties = 4; // a whole sweep that finds nothing
  await serve(ANY);
  expect(await state("low")).toBe("succeeded");
});

it("one whose worker died comes back for the task", async () => {
  await urgent("a");
  await serve(ANY, { dies: true });
  ports.clock.advance(901_000); // leases and visibilities are over
  falseEmpties = 4;
  await serve(ANY);
  expect(await state("a")).toBe("succeeded");
});

it("after a death the task is marked anew: by whose permit it was taken over", async () => {
  await urgent("a");
  await serve(ANY, { dies: true });
  ports.clock.advance(901_000);
  await submit(ports, { id: "low", task: "run", priority: 9, input: "null" });
  const any = ports.queues.messages(ANY).map(({ body }) => body as Permit);
  expect(any.map(({ twin }) => twin?.id)).toEqual(["a", undefined]);
  // The permit of "low" comes first, and takes "a" over.
  ports.queues.receive(ANY, 900);
  await serve(ANY);
  expect(await state("a")).toBe("succeeded");
  expect(await ports.store.read("a")).not.toHaveProperty("ownTurn");
});
