/**
 * The body of a task group, interrupted by a member that fails. What is expected is what CPython
 * 3.11's asyncio.TaskGroup did with the same programs.
 */
import { describe, expect, it } from "vitest";
import { MAX_GUARDS } from "../../core/journal.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import type { Context, TaskGroup } from "../../worker/index.ts";
import type { SandboxOptions } from "../simulation/sandbox.ts";
import { type Body, box, resultOf, run } from "../support/coroutines.ts";

/** Longer than any child takes. */
const LONG_SECONDS = 3600;

/** Keeps what an `await` gave: a value, or the name of an error and of those that it holds. */
class Log {
  readonly lines: unknown[] = [];

  async of<T>(awaited: PromiseLike<T>): Promise<T> {
    try {
      const value = await awaited;
      this.lines.push(value);
      return value;
    } catch (error) {
      this.lines.push(namesOf(error));
      throw error;
    }
  }
}

function namesOf(thrown: unknown): unknown {
  const { name, errors } = thrown as Error & { errors?: Error[] };
  return errors ? errors.map(namesOf) : name;
}

const named = (name: string) => Object.assign(new Error("as told"), { name });

/** A group with a member that fails after a second; what its body and it end with. */
function interrupted(body: (ctx: Context, group: TaskGroup, log: Log) => Promise<unknown>): Body {
  return async (ctx) => {
    const log = new Log();
    const from = ctx.now();
    const group = ctx.taskGroup(async (group) => {
      group.submit("child", { error: "ValueError" });
      return body(ctx, group, log);
    });
    await log.of(group).catch(() => undefined);
    return [...log.lines, ctx.now() - from < (LONG_SECONDS * 1000) / 2];
  };
}

/** It does not end until it is cancelled. */
const LASTS: Record<string, Body> = {
  lasts: async (ctx) => {
    await ctx.sleep(LONG_SECONDS);
  },
};

/** Whoever ran it dies, once each time, before any of what must follow has happened. */
const dies: SandboxOptions["crashAfter"] = (after, before) =>
  before?.state !== after.state && (after.state === "suspended" || after.kind === "step");

describe.each([
  ["whose member fails", {}],
  // Three deaths between two waits would end a task that says nothing of retries.
  [
    "whose member fails, while workers die",
    { crashAfter: dies, options: { retry: { maxAttempts: 5 } } },
  ],
])("the body of a task group %s", (_, options) => {
  const play = async (body: Body, others: Record<string, Body> = {}) =>
    resultOf(await run(box({ main: body, ...others }, options)));

  it("is interrupted in what it awaits, and the siblings are cancelled", async () => {
    let sibling = "";
    const it = box(
      {
        ...LASTS,
        main: interrupted(async (ctx, group, log) => {
          sibling = group.submit("lasts", null).id;
          await log.of(ctx.sleep(LONG_SECONDS));
        }),
      },
      options,
    );
    expect(resultOf(await run(it))).toEqual(["CancelledError", ["ValueError"], true]);
    expect(it.store.table.peek(sibling)?.state).toBe("cancelled");
  });

  it("is cancelled even if it awaits that very member", async () => {
    const body: Body = async (ctx) => {
      const log = new Log();
      const ended = ctx.taskGroup((group) =>
        log.of(group.submit("child", { error: "ValueError" })),
      );
      await log.of(ended).catch(() => undefined);
      return log.lines;
    };
    expect(await play(body)).toEqual(["CancelledError", ["ValueError"]]);
  });

  it("gets the value of a sibling that declines to be cancelled", async () => {
    const body = interrupted(async (_, group, log) => {
      await log.of(group.submit("declines", null));
      log.lines.push("went on");
    });
    const declines: Body = async (ctx) => {
      await ctx.sleep(LONG_SECONDS).catch(() => undefined);
      return "declined";
    };
    const ended = await play(body, { declines });
    expect(ended).toEqual(["declined", "went on", ["ValueError"], true]);
  });

  it("has what it awaits outside of the group cancelled", async () => {
    let outside = "";
    const it = box(
      {
        ...LASTS,
        main: async (ctx, input) => {
          const other = ctx.submit("lasts", null);
          outside = other.id;
          return interrupted(async (_, __, log) => {
            await log.of(other);
          })(ctx, input);
        },
      },
      options,
    );
    expect(resultOf(await run(it))).toEqual(["CancelledError", ["ValueError"], true]);
    expect(it.store.table.peek(outside)?.state).toBe("cancelled");
  });

  it("leaves what is shielded alone", async () => {
    const body: Body = async (ctx, input) => {
      const inner = ctx.sleep(30, "slept");
      const ended = (await interrupted(async (_, __, log) => {
        await log.of(ctx.shield(inner));
      })(ctx, input)) as unknown[];
      return [...ended, await inner];
    };
    expect(await play(body)).toEqual(["CancelledError", ["ValueError"], true, "slept"]);
  });

  it("takes no more tasks if it goes on", async () => {
    const body = interrupted(async (ctx, group, log) => {
      await log.of(ctx.sleep(LONG_SECONDS)).catch(() => undefined);
      try {
        group.submit("child", {});
      } catch (error) {
        log.lines.push((error as Error).message);
      }
      // It is interrupted once.
      await log.of(ctx.sleep(1, "slept"));
    });
    expect(await play(body)).toEqual([
      "CancelledError",
      expect.stringContaining("is shutting down"),
      "slept",
      ["ValueError"],
      true,
    ]);
  });

  it("may fail with an error of its own, which comes second", async () => {
    const body = interrupted(async (ctx, _, log) => {
      try {
        await log.of(ctx.sleep(LONG_SECONDS));
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: a finally that throws is what it is about
        throw named("KeyError");
      }
    });
    expect(await play(body)).toEqual(["CancelledError", ["ValueError", "KeyError"], true]);
  });

  it("hears of it through a gather, whose members are cancelled", async () => {
    let members: string[] = [];
    const it = box(
      {
        ...LASTS,
        main: interrupted(async (ctx, _, log) => {
          const all = [ctx.submit("lasts", 1), ctx.submit("lasts", 2)];
          members = all.map(({ id }) => id);
          await log.of(ctx.gather(all));
        }),
      },
      options,
    );
    expect(resultOf(await run(it))).toEqual(["CancelledError", ["ValueError"], true]);
    const states = members.map((id) => it.store.table.peek(id)?.state);
    expect(states).toEqual(["cancelled", "cancelled"]);
  });

  it("is told by a gather of its members itself, since that fails with them", async () => {
    const body: Body = async (ctx) => {
      const log = new Log();
      const group = ctx.taskGroup(async (group) => {
        const failing = group.submit("child", { error: "ValueError" });
        const all = ctx.gather([failing, group.submit("lasts", null)]);
        await log.of(ctx.gather([all, ctx.sleep(LONG_SECONDS)]));
      });
      await log.of(group).catch(() => undefined);
      return log.lines;
    };
    expect(await play(body, LASTS)).toEqual(["ValueError", ["ValueError", "ValueError"]]);
  });

  it("is told by a waitFor of that member itself", async () => {
    const body: Body = async (ctx) => {
      const log = new Log();
      const group = ctx.taskGroup((group) => {
        const failing = group.submit("child", { error: "ValueError" });
        return log.of(ctx.waitFor(failing, { timeoutSeconds: LONG_SECONDS }));
      });
      await log.of(group).catch(() => undefined);
      return log.lines;
    };
    expect(await play(body)).toEqual(["ValueError", ["ValueError", "ValueError"]]);
  });

  it("is cancelled at a gather of nothing but what has ended", async () => {
    const body: Body = async (ctx) => {
      const log = new Log();
      const group = ctx.taskGroup((group) =>
        log.of(ctx.gather([group.submit("child", { error: "ValueError" })])),
      );
      await log.of(group).catch(() => undefined);
      return log.lines;
    };
    expect(await play(body)).toEqual(["CancelledError", ["ValueError"]]);
  });

  it("hears of it through a group inside of it, whose tasks are cancelled", async () => {
    let inner = "";
    const it = box(
      {
        ...LASTS,
        main: interrupted(async (ctx, _, log) => {
          const nested = ctx.taskGroup(async (group) => {
            inner = group.submit("lasts", null).id;
            await log.of(ctx.sleep(LONG_SECONDS));
          });
          await log.of(nested);
        }),
      },
      options,
    );
    expect(resultOf(await run(it))).toEqual([
      "CancelledError",
      "CancelledError",
      ["ValueError"],
      true,
    ]);
    expect(it.store.table.peek(inner)?.state).toBe("cancelled");
  });

  it("hears of it while a group inside of it waits for its tasks", async () => {
    const body = interrupted(async (ctx, _, log) => {
      await log.of(
        ctx.taskGroup((group) => {
          group.submit("lasts", null);
        }),
      );
    });
    expect(await play(body, LASTS)).toEqual(["CancelledError", ["ValueError"], true]);
  });

  it("of a group inside of another is interrupted alone", async () => {
    const body: Body = async (ctx) => {
      const log = new Log();
      const outer = ctx.taskGroup(async (group) => {
        group.submit("child", { value: 1 });
        const inner = ctx.taskGroup(async (group) => {
          group.submit("child", { error: "ValueError" });
          await log.of(ctx.sleep(LONG_SECONDS));
        });
        await log.of(inner);
      });
      await log.of(outer).catch(() => undefined);
      return log.lines;
    };
    expect(await play(body)).toEqual(["CancelledError", ["ValueError"], [["ValueError"]]]);
  });

  it("is not disturbed by a member that succeeds or is cancelled", async () => {
    const body: Body = (ctx) =>
      ctx.taskGroup(async (group) => {
        group.submit("child", { value: 1 });
        const other = group.submit("lasts", null);
        await ctx.sleep(1);
        await other.cancel();
        return ctx.sleep(60, "slept");
      });
    expect(await play(body, LASTS)).toBe("slept");
  });

  it("is not woken by members that succeed: each wake would read its journal", async () => {
    const it = box({
      main: (ctx) =>
        ctx.taskGroup(async (group) => {
          for (let value = 0; value < 20; value += 1) group.submit("child", { value });
          await ctx.sleep(60);
        }),
    });
    // By the end of the sleep, and at most by that of the group.
    expect((await run(it)).resumes).toBeLessThanOrEqual(2);
  });

  it("keeps the group until its tasks have ended, although that is cancelled meanwhile", async () => {
    const it = box(
      {
        main: (ctx) =>
          ctx.taskGroup(async (group) => {
            group.submit("slow", null);
            await ctx.sleep(30);
            throw named("KeyError");
          }),
        slow: async (ctx) => {
          await ctx.sleep(LONG_SECONDS).catch(() => undefined);
          await ctx.sleep(100);
        },
      },
      // It throws, and is not to be repeated for that.
      { ...options, options: {} },
    );
    await it.submit("main", null, "main");
    for (let times = 0; times < 3; times += 1) {
      await it.during(it.world.sleep(50_000));
      await it.during(cancel(it.ports, "main"));
    }
    const [group, member] = await it.settled(["main", "main.0"]);
    expect(group?.error).toMatchObject({ name: "ExceptionGroup", errors: [{ name: "KeyError" }] });
    expect(member?.state).toBe("succeeded");
    expect(group?.settledAt).toBeGreaterThanOrEqual(member?.settledAt ?? 0);
  });

  it("may wait while more members live than a suspension names", async () => {
    const awaits: number[] = [];
    const it = box({
      main: (ctx) =>
        ctx.taskGroup(async (group) => {
          for (let value = 0; value < MAX_GUARDS + 10; value += 1) {
            group.submit("child", { value }, { delaySeconds: 100 });
          }
          await ctx.sleep(10);
          awaits.push(it.store.table.peek("main")?.awaits?.length ?? 0);
        }),
    });
    expect((await run(it)).state).toBe("succeeded");
    // As it was first resumed; replays see what it awaits later.
    expect(awaits[0]).toBe(MAX_GUARDS + 1);
  });

  it("leaves code outside of it alone that awaits the same", async () => {
    const body: Body = async (ctx) => {
      const log = new Log();
      const beside = Promise.withResolvers<unknown>();
      const group = ctx.taskGroup(async (group) => {
        const member = group.submit("child", { error: "ValueError" });
        beside.resolve({ member });
        await log.of(member);
      });
      const { member } = (await beside.promise) as { member: PromiseLike<unknown> };
      const others = [log.of(member), log.of(group)].map((each) => each.catch(() => undefined));
      await Promise.all(others);
      return log.lines;
    };
    expect(await play(body)).toEqual(["CancelledError", "ValueError", ["ValueError"]]);
  });

  it("has a step told by its signal while that runs", async () => {
    const body = interrupted(async (ctx, _, log) => {
      const step = ctx.step("listens", async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        throw signal.reason;
      });
      await log.of(step);
    });
    expect(await play(body)).toEqual(["CancelledError", ["ValueError"], true]);
  });

  it("is interrupted after a step that its signal does not matter to", async () => {
    const body = interrupted(async (ctx, _, log) => {
      const step = ctx.step("goes on", async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return "done";
      });
      await log.of(step);
      await log.of(ctx.step("not begun", () => log.lines.push("begun"))).catch(() => undefined);
      await log.of(ctx.sleep(1, "slept"));
    });
    const lines = ["done", "CancelledError", "slept", ["ValueError"], true];
    expect(await play(body)).toEqual(lines);
  });
});
