import { describe, expect, it } from "vitest";
import { createWorker, defineTask } from "../../worker/index.ts";
import { Sandbox } from "../simulation/sandbox.ts";

describe("coroutines", () => {
  it("awaits a child and a gather", async () => {
    const log: string[] = [];
    const box = new Sandbox((ports) => {
      const child = defineTask<number, number>("child", {}, async (n) => {
        await ports.clock.sleep(1000);
        if (n === 99) throw Object.assign(new Error("no"), { name: "KeyError" });
        return n * 2;
      });
      const main = defineTask("main", {}, async (_input, ctx) => {
        log.push("run");
        const one = await ctx.submit(child, 1);
        const all = await ctx.gather([ctx.submit(child, 2), ctx.submit(child, 3)]);
        await ctx.sleep(5);
        const step = await ctx.step("s", () => {
          log.push("effect");
          return "done";
        });
        let caught = "";
        try {
          await ctx.submit(child, 99, { retry: { maxAttempts: 1 } });
        } catch (error) {
          caught = (error as Error).name;
        }
        const both = await Promise.all([ctx.submit(child, 5), ctx.submit(child, 6)]);
        return { one, all, step, caught, both };
      });
      return createWorker([child, main]);
    });
    const id = await box.submit("main", null);
    const [record] = await box.settled([id], 600);
    console.log(record, log, await box.store.read(`${id}.0`), await box.store.read(`${id}.3`));
    expect(record?.state).toBe("succeeded");
  });
});
