/**
 * What a coroutine meets when it is run again, and when it goes on without end.
 */
import { describe, expect, it } from "vitest";
import type { Context } from "../../worker/index.ts";
import { type Body, box, resultOf, run } from "../support/coroutines.ts";

describe("replays", () => {
  it("that make another call fail the task, and say which call was what", async () => {
    let replays = 0;
    const it = box({
      async main(ctx) {
        replays += 1;
        if (replays === 1) await ctx.submit("child", { value: 1 });
        else await ctx.sleep(1);
      },
    });
    const { error } = await run(it);
    expect(error?.name).toBe("NonDeterminismError");
    expect(error?.message).toContain('the call main.0 was submit("child") and is now sleep');
  });

  it("that submit another input fail the task although its code catches all", async () => {
    let replays = 0;
    const it = box({
      async main(ctx) {
        try {
          await ctx.submit("child", { value: replays++ });
        } catch {
          return "caught";
        }
        return "done";
      },
    });
    expect((await run(it)).error?.name).toBe("NonDeterminismError");
  });

  it("that end early or wait where they called fail the task", async () => {
    const program = (second: (ctx: Context) => unknown) => {
      let replays = 0;
      return box({
        async main(ctx) {
          await ctx.sleep(1);
          replays += 1;
          if (replays > 1) return second(ctx);
          await ctx.sleep(1);
          await ctx.sleep(1);
          return "done";
        },
      });
    };
    const early = await run(program(() => "early"));
    expect(early.error?.message).toContain("it ended after 1 calls, where it made call 1, sleep");
    const waits = await run(program((ctx) => ctx.future("main.0.9")));
    expect(waits.error?.name).toBe("NonDeterminismError");
  });

  it("of code that has changed see the version that the task had passed with", async () => {
    let deployed = false;
    const it = box({
      async main(ctx) {
        await ctx.sleep(1);
        const version = deployed ? ctx.version("mail", 1) : 0;
        await ctx.submit("child", { value: version });
        await ctx.sleep(1);
        deployed = true;
        await ctx.sleep(1);
        return deployed ? ctx.version("mail", 1) : 0;
      },
    });
    expect(await run(it)).toMatchObject({ state: "succeeded", result: "0" });
    const later = await it.submit("main", null);
    const [record] = await it.settled([later]);
    expect(record).toMatchObject({ state: "succeeded", result: "1" });
  });
});

describe("limits", () => {
  it("end a loop that submits for ever, and none of what it called is made", async () => {
    const it = box({
      main(ctx) {
        for (;;) ctx.submit("child", null);
      },
    });
    const { error } = await run(it);
    expect(error?.name).toBe("LimitExceededError");
    expect(error?.message).toContain("ctx.continueAs");
    expect(await it.store.read("main.0")).toBeUndefined();
  });

  it("end coroutines that call themselves without end", async () => {
    const it = box({ main: (ctx) => ctx.submit("main", null) });
    expect((await run(it)).error).toMatchObject({ name: "LimitExceededError" });
  });

  it("end a handler that awaits what is not of ctx and never settles, and say what it is at", async () => {
    const awaits = (before: Body) =>
      run(
        box(
          {
            async main(ctx) {
              await before(ctx, null as never);
              // Heeds no signal: its process ends with it.
              await new Promise(() => {});
            },
          },
          { options: { timeoutSeconds: 5 } },
        ),
      );
    const { error } = await awaits((ctx) => ctx.sleep(1));
    expect(error?.name).toBe("TimeoutError");
    expect(error?.message).toBe(
      "The attempt took longer than 5 s: after its call main.0, sleep, it awaits something that is" +
        " not of ctx. What takes time belongs into a step, ctx.step(name, run), or into a task of its own.",
    );
    const submitted = await awaits((ctx) => void ctx.submit("child", null));
    expect(submitted.error?.message).toContain('after its call main.0, submit("child"), it awaits');
    const stepped = await awaits((ctx) => ctx.step("charge", () => 1));
    expect(stepped.error?.message).toContain('main.0, step("charge"), it awaits');
  });

  it("do not blame what is not of ctx for a step that takes too long", async () => {
    const it = box(
      { main: (ctx) => ctx.step("hang", () => new Promise(() => {})) },
      { options: { timeoutSeconds: 5 } },
    );
    expect((await run(it)).error?.message).toBe("The attempt took longer than 5 s.");
  });

  it("of time fail a coroutine at once: what it did before would be done again", async () => {
    for (const heeds of [true, false]) {
      let effects = 0;
      const it = box(
        {
          async main(ctx) {
            await ctx.step("charge", () => void effects++);
            if (effects > 0) await ctx.sleep(1);
            await ctx.step("hang", ({ signal }) => {
              const { promise, reject } = Promise.withResolvers();
              if (heeds) signal.addEventListener("abort", () => reject(signal.reason));
              return promise;
            });
          },
        },
        { options: { timeoutSeconds: 5 } },
      );
      const record = await run(it);
      expect(record).toMatchObject({ state: "failed", error: { name: "TimeoutError" } });
      expect([effects, record.attempts]).toEqual([1, 1]);
    }
  });

  it("of time that are to be tried again begin with an empty journal", async () => {
    const attempts = new Set<number>();
    const it = box(
      {
        async main(ctx) {
          await ctx.submit("child", { value: ctx.attempt });
          if (attempts.size < 2) attempts.add(ctx.attempt);
          if (!attempts.has(1) || attempts.size === 1) await new Promise(() => {});
          return ctx.step("journal", ({ id }) => id);
        },
      },
      { options: { timeoutSeconds: 5, retry: { maxAttempts: 2 } } },
    );
    const record = await run(it);
    expect(record).toMatchObject({ state: "succeeded", attempts: 2 });
    expect(resultOf(record)).toBe("main.1-1");
  });

  it("do not stop a loop that goes on as a new run, whose journal stays small", async () => {
    const it = box({
      async main(ctx, turn: number) {
        await ctx.sleep(1);
        if (turn < 30) await ctx.continueAs(turn + 1);
        return turn;
      },
    });
    const record = await run(it, 0);
    expect(record).toMatchObject({ state: "succeeded", result: "30", calls: 1, journal: 30 });
  });
});
