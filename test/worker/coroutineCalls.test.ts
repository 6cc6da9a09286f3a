/**
 * The calls of `ctx`, and what a cancellation of a coroutine reaches.
 */
import { describe, expect, it } from "vitest";
import { cancel } from "../../core/usecases/cancel.ts";
import { createPromise } from "../../core/usecases/createTimed.ts";
import { settle } from "../../core/usecases/settle.ts";
import type { Sandbox } from "../simulation/sandbox.ts";
import { type Body, box, resultOf, run } from "../support/coroutines.ts";

describe("calls", () => {
  it("wait, waitFor, shield, any, asCompleted and a task group do as their namesakes in asyncio", async () => {
    const it = box({
      async main(ctx) {
        const slow = ctx.sleep(20, "slow");
        const quick = ctx.sleep(2, "quick");
        const { done, pending } = await ctx.wait([slow, quick], { returnWhen: "FIRST_COMPLETED" });
        const late = await ctx
          .waitFor(ctx.sleep(100), { timeoutSeconds: 3 })
          .catch((error: Error) => error.name);
        const any = await ctx.any([ctx.submit("child", { error: "KeyError" }), slow]);
        const order: string[] = [];
        const naps = [3, 1, 2].map((seconds) => ctx.sleep(seconds, `${seconds}`));
        for await (const each of ctx.asCompleted(naps)) order.push(await each.result());
        const group = await ctx
          .taskGroup(async (group) => {
            group.submit("child", { value: 1 });
            group.submit("child", { error: "ValueError" });
          })
          .catch((error: Error) => error.name);
        const shielded = await ctx.shield(ctx.submit("child", { value: "s" }));
        return [done[0] === quick, pending[0] === slow, late, any, order, group, shielded];
      },
    });
    expect(resultOf(await run(it))).toEqual([
      true,
      true,
      "TimeoutError",
      "slow",
      ["1", "2", "3"],
      "ExceptionGroup",
      "s",
    ]);
  });

  it("tell of a member's error that the body of a group let through once, as asyncio does", async () => {
    const it = box({
      main: (ctx) =>
        ctx.taskGroup(async (group) => {
          group.submit("child", { value: 1 });
          await group.submit("child", { error: "ValueError" });
        }),
    });
    const { error } = await run(it);
    expect(error).toMatchObject({ name: "ExceptionGroup", errors: [{ name: "ValueError" }] });
    expect(error?.errors).toHaveLength(1);
  });

  it("await promises that others settle", async () => {
    const it = box({
      async main(ctx, other: string) {
        const own = ctx.promise<string>({ timeoutSeconds: 5 });
        const expired = await own.catch((error: Error) => error.name);
        return [expired, await ctx.future(other)];
      },
    });
    const { record } = await it.during(createPromise(it.ports, { id: "theirs" }));
    await it.submit("main", record.id, "main");
    await it.during(it.world.sleep(20_000));
    await it.during(settle(it.ports, "theirs", { result: '"yes"' }));
    const [ended] = await it.settled(["main"]);
    expect(ended && resultOf(ended)).toEqual(["TimeoutError", "yes"]);
  });

  it("with wrong arguments throw an error that names them", async () => {
    const errors = async (body: Body) => (await run(box({ main: body }))).error?.message;
    expect(await errors((ctx) => ctx.submit("nobody", 1))).toContain('No task is named "nobody"');
    expect(await errors((ctx) => ctx.sleep(-1))).toContain("seconds is -1; use 0 to");
    expect(await errors((ctx) => ctx.gather([Promise.resolve(1) as never]))).toContain(
      "members[0]",
    );
    expect(await errors((ctx) => ctx.submit("child", 1, { priority: 0.5 }))).toContain("priority");
  });
});

describe("cancellation", () => {
  it("reaches the code at its await, and its finally may await", async () => {
    const log: string[] = [];
    const it = box({
      async main(ctx) {
        try {
          await ctx.sleep(1000);
        } finally {
          await ctx.sleep(5);
          await ctx.step("clean", () => log.push("clean"));
        }
      },
    });
    await it.submit("main", null, "main");
    await it.during(it.world.sleep(10_000));
    expect(await it.during(cancel(it.ports, "main"))).toBe(true);
    const [record] = await it.settled(["main"]);
    expect(record?.state).toBe("cancelled");
    expect((await it.store.read("main.0"))?.state).toBe("cancelled");
    expect(log).toEqual(["clean"]);
  });

  it("aborts the step that runs, but not one that its finally runs to clean up", async () => {
    const log: string[] = [];
    const it: Sandbox = box({
      async main(ctx) {
        const during = (what: string) =>
          ctx.step(what, async ({ signal }) => {
            await Promise.race([
              it.ports.clock.sleep(5000),
              new Promise((resolve) => signal.addEventListener("abort", resolve)),
            ]);
            log.push(`${what} ${signal.aborted ? "aborted" : "done"}`);
            if (signal.aborted) throw signal.reason;
          });
        try {
          await during("work");
        } finally {
          await during("clean");
        }
      },
    });
    await it.submit("main", null, "main");
    await it.during(it.world.sleep(1000));
    expect(await it.during(cancel(it.ports, "main"))).toBe(true);
    const [record] = await it.settled(["main"]);
    expect(record?.state).toBe("cancelled");
    expect(log).toEqual(["work aborted", "clean done"]);
  });

  it("that is caught lets the code go on, and a second one is heard again", async () => {
    const it = box({
      async main(ctx) {
        let heard = 0;
        for (;;) {
          try {
            await ctx.sleep(1000);
          } catch {
            heard += 1;
            if (heard === 2) return heard;
          }
        }
      },
    });
    await it.submit("main", null, "main");
    for (let count = 0; count < 2; count += 1) {
      await it.during(it.world.sleep(10_000));
      expect(await it.during(cancel(it.ports, "main"))).toBe(true);
    }
    const [record] = await it.settled(["main"]);
    expect(record).toMatchObject({ state: "succeeded", result: "2" });
  });
});
