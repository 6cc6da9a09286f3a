/**
 * Durable coroutines: what a handler that awaits can meet, in virtual time.
 */
import { describe, expect, it } from "vitest";
import type { FutureRecord } from "../../core/future.ts";
import type { Ports } from "../../core/ports.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { createPromise } from "../../core/usecases/createTimed.ts";
import { settle } from "../../core/usecases/settle.ts";
import {
  type AnyTask,
  type Context,
  createWorker,
  defineTask,
  type TaskOptions,
} from "../../worker/index.ts";
import { Sandbox, type SandboxOptions } from "../simulation/sandbox.ts";

type Body = (ctx: Context, input: never) => unknown;

/** Runs for a second, and fails with the error that its input names. */
const child = (ports: Ports) =>
  defineTask<{ value?: unknown; error?: string }, unknown>(
    "child",
    { retry: { maxAttempts: 1 } },
    async ({ value, error }) => {
      await ports.clock.sleep(1000);
      if (error !== undefined) throw Object.assign(new Error("as told"), { name: error });
      return value ?? null;
    },
  );

function box(
  bodies: Record<string, Body>,
  { options, ...sandbox }: SandboxOptions & { options?: TaskOptions<unknown> } = {},
): Sandbox {
  return new Sandbox((ports) => {
    const tasks = Object.entries(bodies).map(([name, body]) =>
      defineTask<unknown, unknown>(name, options ?? {}, (input, ctx) => body(ctx, input as never)),
    );
    return createWorker([child(ports), ...tasks] as AnyTask[]);
  }, sandbox);
}

async function run(it: Sandbox, input: unknown = null): Promise<FutureRecord> {
  const id = await it.submit("main", input, "main");
  return (await it.settled([id]))[0] as FutureRecord;
}

const resultOf = (record: FutureRecord) => JSON.parse(record.result ?? "null") as unknown;

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

  it("end a handler that awaits what is not of ctx and never settles", async () => {
    const it = box(
      {
        async main(ctx) {
          await ctx.sleep(1);
          await new Promise(() => {});
        },
      },
      { options: { timeoutSeconds: 5, retry: { maxAttempts: 1 } } },
    );
    expect((await run(it)).error?.name).toBe("TimeoutError");
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
        for await (const each of ctx.asCompleted(naps)) order.push(await each);
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
