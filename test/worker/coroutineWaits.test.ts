/**
 * What follows from who waits for whom: circles, and priority inheritance.
 */
import { describe, expect, it } from "vitest";
import type { Sandbox } from "../simulation/sandbox.ts";
import { type Body, box, resultOf } from "../support/coroutines.ts";

describe("futures that await each other in a circle", () => {
  const waits: Body = (ctx, on: string) => ctx.future(on);

  it("fail with an error that lists it", async () => {
    const it = box({ main: waits });
    await it.submit("main", "b", "a");
    await it.submit("main", "c", "b");
    await it.submit("main", "a", "c");
    const records = await it.settled(["a", "b", "c"], 600);
    expect(records.map((each) => each.state)).toEqual(["failed", "failed", "failed"]);
    expect(records[0]?.error?.name).toBe("DeadlockError");
    for (const id of ["a", "b", "c"]) expect(records[0]?.error?.message).toContain(id);
  });

  it("are found through an aggregate too, and when a task awaits itself", async () => {
    const it = box({
      main: (ctx, on: string) => ctx.gather([on, ctx.submit("child", { value: 1 })]),
    });
    await it.submit("main", "b", "a");
    await it.submit("main", "a", "b");
    const records = await it.settled(["a", "b"], 600);
    expect(records[0]?.error?.name).toBe("DeadlockError");
    const alone = box({ main: waits });
    await alone.submit("main", "self", "self");
    expect((await alone.settled(["self"], 600))[0]?.error?.name).toBe("DeadlockError");
  });

  it("are none if one of them can go on without the other", async () => {
    const it = box({
      main: (ctx, on: string) => Promise.race([ctx.future(on), ctx.sleep(60, "late")]),
    });
    await it.submit("main", "b", "a");
    await it.submit("main", "a", "b");
    const records = await it.settled(["a", "b"], 600);
    expect(records.map(resultOf)).toEqual(["late", "late"]);
  });
});

describe("priority inheritance", () => {
  const priorities = async (it: Sandbox, ids: string[]) =>
    Promise.all(ids.map(async (id) => (await it.store.read(id))?.priority));

  it("moves what an urgent task awaits up to it, through tasks and aggregates, never down", async () => {
    const bodies: Record<string, Body> = {
      main: (ctx) => ctx.gather([ctx.submit("middle", null, { priority: 9 })]),
      async middle(ctx) {
        await ctx.gather([
          ctx.submit("child", { value: 1 }, { priority: 9, delaySeconds: 30 }),
          ctx.submit("child", { value: 2 }, { priority: 0, delaySeconds: 30 }),
        ]);
      },
    };
    const it = box(bodies);
    await it.submit("main", null, "main", 2);
    await it.during(it.world.sleep(10_000));
    expect(await priorities(it, ["main.0", "main.0.0", "main.0.1"])).toEqual([2, 2, 0]);
  });

  it("reaches what was suspended before the urgent one came", async () => {
    const it = box({
      main: (ctx, on: string) => ctx.future(on),
      bulk: (ctx) => ctx.submit("child", { value: 1 }, { delaySeconds: 60 }),
    });
    await it.submit("bulk", null, "bulk", 9);
    await it.during(it.world.sleep(5000));
    await it.submit("main", "bulk", "main", 1);
    await it.during(it.world.sleep(5000));
    expect(await priorities(it, ["bulk", "bulk.0"])).toEqual([1, 1]);
  });

  it("can be turned off", async () => {
    const it = box(
      { main: (ctx) => ctx.submit("child", { value: 1 }, { priority: 9, delaySeconds: 30 }) },
      { options: { inherit: false } },
    );
    await it.submit("main", null, "main", 1);
    await it.during(it.world.sleep(10_000));
    expect(await priorities(it, ["main.0"])).toEqual([9]);
  });
});
