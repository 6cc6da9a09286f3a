/**
 * Durable coroutines: they survive crashes, hold nothing while they wait, and end as asyncio's do.
 */
import { describe, expect, it } from "vitest";
import { type AnyTask, createWorker, defineTask } from "../../worker/index.ts";
import { Sandbox } from "../simulation/sandbox.ts";
import { type Body, box, child, resultOf, run } from "../support/coroutines.ts";

/** A bit of everything, with an effect that must happen, and a try whose except and finally await. */
const mixed =
  (effects: string[]): Body =>
  async (ctx) => {
    const one = await ctx.submit("child", { value: 1 });
    const two = ctx.submit("child", { value: 2 });
    const three = ctx.submit("child", { value: 3 });
    const list = await ctx.gather([two, three]);
    const order: unknown[] = [];
    await Promise.all(
      [60, 20].map(async (seconds) => {
        order.push(await ctx.sleep(seconds, seconds));
        await ctx.step(`slept ${seconds}`, () => effects.push(`slept ${seconds}`));
      }),
    );
    let caught: unknown;
    try {
      await ctx.submit("child", { error: "KeyError" });
    } catch (error) {
      caught = (error as Error).name;
      await ctx.sleep(1);
    } finally {
      await ctx.step("finally", () => effects.push("finally"));
    }
    return { one, list, order, caught, random: ctx.random(), uuid: ctx.uuid() };
  };

describe("a coroutine", () => {
  it("promise 1: gives the same result whichever of its writes its process dies after", async () => {
    const calm: string[] = [];
    let writes = 0;
    const counted = box({ main: mixed(calm) }, { crashAfter: () => writes++ < 0 });
    const expected = await run(counted);
    expect(resultOf(expected)).toMatchObject({
      one: 1,
      list: [2, 3],
      order: [20, 60],
      caught: "KeyError",
    });
    expect(writes).toBeGreaterThan(30);
    for (let fatal = 0; fatal < writes; fatal += 1) {
      let count = 0;
      const effects: string[] = [];
      const it = box(
        { main: mixed(effects) },
        {
          config: { leaseSeconds: 3 },
          permitSeconds: 9,
          sweepSeconds: 2,
          crashAfter: (after) => {
            // A plain task of one attempt that loses its worker has failed, and rightly so.
            if (after.task === "child" && after.state === "running") return false;
            return count++ === fatal;
          },
        },
      );
      const record = await run(it);
      expect(resultOf(record), `after write ${fatal}`).toEqual(resultOf(expected));
      expect([...new Set(effects)].sort()).toEqual(calm.toSorted());
      // At most one of them was repeated: the one between whose effect and record it died.
      expect(effects.length).toBeLessThanOrEqual(calm.length + 1);
    }
  }, 90_000);

  it("holds no slot and burns no attempt while it waits, however often", async () => {
    const it = box(
      {
        async main(ctx) {
          for (let turn = 0; turn < 150; turn += 1) await ctx.sleep(60);
          return "awake";
        },
      },
      { slots: 1 },
    );
    const id = await it.submit("main", null);
    await it.during(it.world.sleep(30_000));
    expect((await it.store.read(id))?.state).toBe("suspended");
    const [other] = await it.settled([await it.submit("child", { value: 1 })]);
    expect(other?.state).toBe("succeeded");
    const [record] = await it.settled([id], 200_000);
    expect(record).toMatchObject({ state: "succeeded", attempts: 1, resumes: 150 });
  });

  it("submits what nobody awaits, and it runs on", async () => {
    const it = box({ main: (ctx) => void ctx.submit("child", { value: 7 }) });
    expect((await run(it)).state).toBe("succeeded");
    const [orphan] = await it.settled(["main.0"]);
    expect(orphan?.result).toBe("7");
  });

  it("that throws has failed, though plain tasks are repeated", async () => {
    const it = box({
      async main(ctx) {
        await ctx.sleep(1);
        throw new RangeError("no");
      },
    });
    expect(await run(it)).toMatchObject({ state: "failed", error: { name: "RangeError" } });
  });

  it("that is to be repeated begins with an empty journal", async () => {
    const it = box(
      {
        async main(ctx) {
          const { value } = (await ctx.submit("child", { value: { value: ctx.attempt } })) as {
            value: number;
          };
          if (value < 3) throw new Error("again");
          return value;
        },
      },
      { options: { retry: { maxAttempts: 3, baseSeconds: 1 } } },
    );
    expect(await run(it)).toMatchObject({ state: "succeeded", result: "3", attempts: 3 });
  });
});

describe("a coroutine that is resumed by a deployment which does not know it", () => {
  it("goes on in its journal once there is one that does", async () => {
    let effects = 0;
    let known = true;
    const main = defineTask("main", {}, async (_, ctx) => {
      await ctx.step("charge", () => void effects++);
      await ctx.sleep(1);
      return ctx.submit("child", { value: 7 });
    });
    const it = new Sandbox((ports) => {
      const worker = createWorker([child(ports), main] as AnyTask[]);
      return { ...worker, task: (name) => (known ? worker.task(name) : undefined) };
    });
    await it.submit("main", null, "main");
    await it.during(it.world.sleep(500));
    known = false;
    while (!(await it.store.read("main"))?.failures) await it.during(it.world.sleep(10));
    known = true;
    const [record] = await it.settled(["main"]);
    expect(record && resultOf(record)).toBe(7);
    expect(effects).toBe(1);
    expect(await it.store.read("main.1-0")).toBeUndefined();
  });
});

describe("steps", () => {
  it("are repeated after a crash between effect and record, with the same idempotency key", async () => {
    const keys: string[] = [];
    let crashed = false;
    const it = box(
      { main: (ctx) => ctx.step("charge", ({ id }) => keys.push(id)) },
      {
        config: { leaseSeconds: 3 },
        permitSeconds: 9,
        sweepSeconds: 2,
        crashAfter(after) {
          const dies = !crashed && after.kind === "step";
          crashed ||= dies;
          return dies;
        },
      },
    );
    // It died after the record: the effect is not repeated.
    expect(await run(it)).toMatchObject({ state: "succeeded", result: "1" });
    expect(keys).toEqual(["main.0"]);
  });

  it("that may happen once only are not repeated, and say so", async () => {
    let effects = 0;
    let crashed = false;
    const it = box(
      {
        async main(ctx) {
          await ctx.step("once", () => ++effects, { atMostOnce: true });
        },
      },
      {
        config: { leaseSeconds: 3 },
        permitSeconds: 9,
        sweepSeconds: 2,
        crashAfter(after) {
          const dies = !crashed && after.kind === "step" && after.state === "running";
          crashed ||= dies;
          return dies;
        },
      },
    );
    expect((await run(it)).error?.name).toBe("StepInterruptedError");
    expect(effects).toBe(0);
  });

  it("that fail are recorded as failed: the code may catch it, and no replay runs them again", async () => {
    let runs = 0;
    const it = box({
      async main(ctx) {
        const name = await ctx
          .step("fails", () => {
            runs += 1;
            throw new RangeError("no");
          })
          .catch((error: Error) => error.name);
        await ctx.sleep(1);
        return name;
      },
    });
    expect(await run(it)).toMatchObject({ result: '"RangeError"' });
    expect(runs).toBe(1);
  });
});
