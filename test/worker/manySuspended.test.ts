/**
 * However many coroutines wait: they hold nothing, and waking one costs one permit.
 */
import { describe, expect, it } from "vitest";
import { settle } from "../../core/usecases/settle.ts";
import type { Sandbox } from "../simulation/sandbox.ts";
import { box, resultOf } from "../support/coroutines.ts";

const MANY = 1000;
const SLOTS = 4;

describe("a thousand suspended coroutines", () => {
  it("hold no slot, process or message, and one that is woken takes one permit", async () => {
    let busiest = 0;
    const it: Sandbox = box(
      { main: (ctx) => ctx.promise() },
      {
        slots: SLOTS,
        crashAfter() {
          busiest = Math.max(busiest, it.busyWorkers);
          return false;
        },
      },
    );
    let permits = 0;
    it.queues.watchers.push({
      sent(queue) {
        if (typeof queue === "object" && "permits" in queue) permits += 1;
      },
    });
    const ids = Array.from({ length: MANY }, (_, index) => `main-${index}`);
    await it.during(Promise.all(ids.map((id) => it.submit("main", null, id))));
    const records = () => Promise.all(ids.map((id) => it.store.read(id)));
    const count = async (state: string) =>
      (await records()).filter((each) => each?.state === state).length;
    // Time for what follows: the ends of invocations, and the guards of calls of the API.
    const rest = () => it.world.run(it.world.now + 120_000);
    await rest();

    expect(await count("suspended")).toBe(MANY);
    expect(it.queues.left()).toEqual([]);
    expect([busiest, it.busyWorkers]).toEqual([SLOTS, 0]);
    expect(permits).toBe(MANY);

    await it.during(settle(it.ports, "main-7.0", { result: '"awake"' }));
    const [woken] = await it.settled(["main-7"], 60);
    expect(woken).toMatchObject({ state: "succeeded", attempts: 1, resumes: 1 });
    await rest();
    expect(permits).toBe(MANY + 1);
    expect(await count("suspended")).toBe(MANY - 1);
    expect(it.queues.left()).toEqual([]);

    const others = ids.filter((id) => id !== "main-7");
    const calls = others.map((id) => settle(it.ports, `${id}.0`, { result: JSON.stringify(id) }));
    await it.during(Promise.all(calls));
    const all = await it.settled(others);
    expect(all.map(resultOf)).toEqual(others);
    expect(all.filter(({ attempts, resumes }) => attempts !== 1 || resumes !== 1)).toEqual([]);
    await rest();
    expect(it.queues.left()).toEqual([]);
  });
});
