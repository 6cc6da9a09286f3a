import { describe, expect, it } from "vitest";
import type { Pool } from "../../core/pools.ts";
import type { PermitQueue } from "../../core/ports.ts";
import { dispatch } from "../../core/usecases/dispatch.ts";
import { sweep } from "../../core/usecases/sweep.ts";
import { memoryPorts } from "../support/memoryPorts.ts";
import { taskRecord } from "../support/records.ts";

const POOLS: Pool[] = [
  { name: "default", slots: 3, reserved: { slots: 2, through: 1 } },
  { name: "heavy", slots: 2 },
];
const RESERVED: PermitQueue = { permits: "reserved" };

function setup() {
  const ports = memoryPorts({ pools: POOLS });
  const bodies = (queue: Parameters<typeof ports.queues.messages>[0]) =>
    ports.queues.messages(queue).map((each) => each.body);
  return { ports, bodies };
}

describe("a deployment of several pools", () => {
  it("sends a task to the queue and the permits of its pool, promise 5", async () => {
    const { ports, bodies } = setup();
    await dispatch(ports, [taskRecord({ id: "a", pool: "heavy", priority: 0 })]);
    expect(bodies({ band: 0, pool: "heavy" })).toEqual([{ id: "a", turn: 0 }]);
    expect(bodies({ permits: "any", pool: "heavy" })).toEqual([{ band: 0 }]);
    expect(ports.queues.size()).toBe(2);
  });

  it("runs the tasks of a pool that was removed in the default one: none is lost, promise 1", async () => {
    const { ports, bodies } = setup();
    await dispatch(ports, [taskRecord({ id: "a", pool: "gone", priority: 9 })]);
    expect(bodies({ band: 3 })).toEqual([{ id: "a", turn: 0 }]);
  });

  it("rings the reserved slots for tasks of their bands only, after the message", async () => {
    const { ports, bodies } = setup();
    await dispatch(ports, [
      taskRecord({ id: "critical", priority: 0 }),
      taskRecord({ id: "high", priority: 2 }),
      taskRecord({ id: "normal", priority: 5 }),
    ]);
    const twins = [
      { band: 0, twin: { id: "critical", turn: 0 } },
      { band: 1, twin: { id: "high", turn: 0 } },
    ];
    expect(bodies(RESERVED)).toEqual(twins);
    expect(bodies({ permits: "any" })).toEqual([...twins, { band: 2 }]);
  });

  it("has lost permits rung again in every pool, reserved slots included, promise 6", async () => {
    const { ports, bodies } = setup();
    const { queues } = ports;
    const message = (id: string) => [{ body: { id, turn: 0 }, delaySeconds: 0 }];
    await queues.sendTasks({ band: 1 }, message("a"));
    await queues.sendTasks({ band: 3, pool: "heavy" }, message("b"));
    expect(await sweep(ports)).toMatchObject({ rung: 3 });
    expect(bodies({ permits: "any" })).toMatchObject([{ band: 1 }]);
    expect(bodies(RESERVED)).toMatchObject([{ band: 1 }]);
    expect(bodies({ permits: "any", pool: "heavy" })).toMatchObject([{ band: 3 }]);
    expect(await sweep(ports)).toMatchObject({ rung: 0 });
  });

  it("sends dead letters of every pool again", async () => {
    const { ports } = setup();
    await ports.store.insert(taskRecord({ id: "a", pool: "heavy" }));
    ports.queues.bury({ band: 2, pool: "heavy" }, { id: "a", turn: 0 });
    ports.queues.bury(RESERVED, { band: 0 });
    expect(await sweep(ports)).toMatchObject({ redriven: 2, unreadable: 0 });
  });
});
