/**
 * Coroutines of which two runs meet, or whose worker dies at the worst moment. The simulation found
 * these (docs/reliability.md).
 */
import { describe, expect, it } from "vitest";
import type { FutureRecord } from "../../core/future.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { claim, type Leased } from "../../core/usecases/claim.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise } from "../../core/usecases/createTimed.ts";
import { finishAttempt } from "../../core/usecases/finishAttempt.ts";
import { makeCalls, sendCalls } from "../../core/usecases/makeCalls.ts";
import { pause } from "../../core/usecases/pause.ts";
import { perform } from "../../core/usecases/perform.ts";
import { submit } from "../../core/usecases/submit.ts";
import { suspend } from "../../core/usecases/suspend.ts";
import { sweep } from "../../core/usecases/sweep.ts";
import { type Body, box, resultOf, run } from "../support/coroutines.ts";
import { settlerStep } from "../support/drain.ts";
import { interpose, lose } from "../support/interpose.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";

/** A task that a worker has claimed. */
async function claimed(ports: MemoryPorts): Promise<Leased> {
  await submit(ports, { id: "main", task: "main", input: "null", priority: 5 });
  const answer = await claim(ports, { id: "main", turn: 0 });
  if (answer.do !== "run") throw new Error("It was not claimed.");
  return answer.record;
}

/** Its caller wants to hear of none of them. */
const NOBODY = { awaited: new Set<string>(), guarded: new Set<string>() };

/** Stores a timer as its call, as if it died before it sent it. */
function store(ports: MemoryPorts, task: FutureRecord, call: number, told = "") {
  const making = { make: "timer", delaySeconds: 0, result: `"${call}"` } as const;
  const calls = [{ id: `main.${call}`, hash: `hash ${call}`, making }];
  return makeCalls(ports, task, calls, told, NOBODY);
}

describe("two runs of a coroutine", () => {
  it("promise 3: the second to store a call begins again if other things were delivered before", async () => {
    const ports = memoryPorts();
    const task = await claimed(ports);
    await store(ports, task, 0, '[0,[[0,"a"]]]');
    await expect(store(ports, task, 0, '[0,[[0,"b"]]]')).rejects.toThrow("main.0");
    await expect(store(ports, task, 0, '[0,[[0,"a"]]]')).resolves.toHaveLength(1);
  });

  it("promise 1: one that is suspended is not taken for ended, so its message and input stay", async () => {
    const ports = memoryPorts();
    const task = await claimed(ports);
    await store(ports, task, 0);
    const suspension = { awaits: [".0"], calls: 1, heard: "", lends: true };
    expect(await suspend(ports, task, suspension)).toEqual({ how: "suspended" });
    const error = { name: "TimeoutError", message: "late" };
    const ended = { how: "threw", error, retryable: false } as const;
    expect(await finishAttempt(ports, task, ended, undefined)).toBe("lost");
  });
});

describe("a coroutine whose worker is lost", () => {
  it("promise 1: what it had stored and not sent goes on its way when it is given up", async () => {
    const ports = memoryPorts();
    const task = await claimed(ports);
    // A step between them was not recorded; those after it do not stand on one page.
    const made = [0, 1, ...Array.from({ length: 12 }, (_, call) => call + 3)];
    for (const call of made) await store(ports, task, call);
    const error = { name: "TimeoutError", message: "late" };
    const ended = { how: "threw", error, retryable: false } as const;
    expect(await finishAttempt(ports, task, ended, undefined, { strays: true })).toBe("settled");
    const main = (await ports.store.read("main")) as FutureRecord;
    await perform(ports, [main]);
    const calls = await ports.store.readMany(made.map((call) => `main.${call}`));
    const states = new Set([...calls.values()].map((each) => each.state));
    expect([calls.size, ...states]).toEqual([14, "succeeded"]);
  });

  it("promise 1: what its code stores while it is being ended by force goes on its way, if it is tried again", async () => {
    const ports = memoryPorts();
    const task = await claimed(ports);
    await store(ports, task, 0);
    interpose(ports.store, "update", "before", () => store(ports, task, 1));
    const error = { name: "TimeoutError", message: "late" };
    const ended = { how: "threw", error, retryable: true } as const;
    const end = { isCoroutine: true, strays: true };
    expect(await finishAttempt(ports, task, ended, { maxAttempts: 2 }, end)).toBe("retrying");
    expect((await ports.store.read("main.1"))?.state).toBe("succeeded");
  });
});

/** A gather, as its second call, over the timer that is its first. */
const GATHER_CALL = {
  id: "main.1",
  hash: "hash 1",
  making: {
    make: "aggregate",
    of: ["main.0"],
    policy: { of: "gather", returnExceptions: false },
  },
} as const;

/** A gather over a timer, both sent; whoever had the timer settled died before it told the gather. */
async function untoldGather(ports: MemoryPorts, task: FutureRecord) {
  await store(ports, task, 0);
  const [gather] = await makeCalls(ports, task, [GATHER_CALL], "", NOBODY);
  const change = { set: { state: "pending", due: Number.MAX_SAFE_INTEGER } } as const;
  await ports.store.update("main.0", {}, change);
  await perform(ports, [gather as FutureRecord]);
  const settled = { set: { state: "succeeded", result: "1", settledAt: 0 } } as const;
  return (await ports.store.update("main.0", {}, settled)).record as FutureRecord;
}

const stateOf = async (ports: MemoryPorts, id: string) => (await ports.store.read(id))?.state;

describe("a coroutine that had a call settled, and died before it told who watches it", () => {
  it("promise 4: tells it when it runs again", async () => {
    const ports = memoryPorts();
    const timer = await untoldGather(ports, await claimed(ports));
    expect(await stateOf(ports, "main.1")).toBe("pending");
    await sendCalls(ports, [timer], true);
    expect(await stateOf(ports, "main.1")).toBe("succeeded");
  });

  it("promise 4: has it told when it is given up", async () => {
    const ports = memoryPorts();
    const task = await claimed(ports);
    await untoldGather(ports, task);
    const error = { name: "TimeoutError", message: "late" };
    const ended = { how: "threw", error, retryable: false } as const;
    await finishAttempt(ports, task, ended, undefined, { strays: true });
    await perform(ports, [(await ports.store.read("main")) as FutureRecord]);
    expect(await stateOf(ports, "main.1")).toBe("succeeded");
  });
});

it("promise 4: an aggregate is stored after its members, for whoever meets it takes others for gone", async () => {
  const ports = memoryPorts();
  const task = await claimed(ports);
  const seen: unknown[] = [];
  const look = async () => {
    await new Promise(setImmediate);
    seen.push(await ports.store.read("main.2"));
  };
  interpose(
    ports.store,
    "insert",
    "before",
    look,
    (({ id }: FutureRecord) => id === "main.1") as never,
  );
  const timer = (call: number) => ({
    id: `main.${call}`,
    hash: `hash ${call}`,
    making: { make: "timer", delaySeconds: 0, result: "1" } as const,
  });
  const gather = {
    ...GATHER_CALL,
    id: "main.2",
    making: { ...GATHER_CALL.making, of: ["main.1"] },
  };
  await makeCalls(ports, task, [timer(0), timer(1), gather], "", NOBODY);
  expect(seen).toEqual([undefined]);
  expect(await stateOf(ports, "main.2")).toBe("pending");
});

it("what one lends goes on to what a task awaits that was raised before, by a process that died", async () => {
  const ports = memoryPorts();
  const suspended = async (id: string, awaits: string, priority: number) => {
    await submit(ports, { id, task: "main", input: "null", priority });
    const set = { state: "suspended", awaits: [awaits], moved: true, lending: true } as const;
    return (await ports.store.update(id, {}, { set })).record as FutureRecord;
  };
  await submit(ports, { id: "child", task: "main", input: "null", priority: 9 });
  await suspended("raised", "child", 0);
  await perform(ports, [await suspended("urgent", "raised", 0)]);
  expect((await ports.store.read("child"))?.priority).toBe(0);
});

it("what is lent goes on if the table's answer was lost, and the SDK's repeat was refused by its effect", async () => {
  const ports = memoryPorts();
  await submit(ports, { id: "child", task: "main", input: "null", priority: 9 });
  await submit(ports, { id: "urgent", task: "main", input: "null", priority: 0 });
  const policy = { of: "gather", returnExceptions: false } as const;
  await createAggregate(ports, { id: "gather", of: ["child"], policy });
  const set = { state: "suspended", awaits: ["gather"] } as const;
  const { record } = await ports.store.update("urgent", {}, { set });
  const twice = (id: string) => id === "gather";
  const lent = { set: { lent: 0, lending: true } } as const;
  interpose(
    ports.store,
    "update",
    "before",
    async () => {
      // The watcher is registered first; then it is lent.
      interpose(
        ports.store,
        "update",
        "before",
        () => ports.store.update("gather", {}, lent),
        twice as never,
      );
    },
    twice as never,
  );
  await perform(ports, [record as FutureRecord]);
  expect((await ports.store.read("child"))?.priority).toBe(0);
});

it("promise 1: two that await each other and are cancelled do not ask each other for ever", async () => {
  const ports = memoryPorts();
  for (const [id, other] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    await submit(ports, { id, task: "main", input: "null", priority: 5 });
    const watchers = [`${other}#0@`];
    await ports.store.update(
      id,
      {},
      {
        set: { state: "suspended", awaits: [other], cancel: true, asked: "request" },
        watch: watchers,
      },
    );
  }
  await perform(ports, [(await ports.store.read("a")) as FutureRecord]);
  const states = [await stateOf(ports, "a"), await stateOf(ports, "b")];
  // One fails for it, and the other is woken to be told.
  expect(states.toSorted()).toEqual(["failed", "pending"]);
});

it("promise 4: one that was suspended as its worker died is woken, though its band's queue forgot it", async () => {
  const ports = memoryPorts();
  const task = await claimed(ports);
  const foreign = await submit(ports, { id: "other", task: "other", input: "null", priority: 0 });
  await pause(ports, "normal");
  const writes = { awaits: [foreign.id], calls: 0, heard: "", lends: true };
  const dead = { ...ports, store: Object.create(ports.store) as typeof ports.store };
  dead.store.readMany = () => Promise.reject(new Error("it has died"));
  await expect(suspend(dead, task, writes)).rejects.toThrow("it has died");
  for (let day = 0; day < 16; day += 1) {
    ports.clock.advance(86_460_000);
    ports.queues.forget(14 * 86_400_000);
    await sweep(ports);
    while (await settlerStep(ports));
  }
  const { watchers } = (await ports.store.read("other")) as FutureRecord;
  expect(watchers).toEqual(["main#0@"]);
});

it("a step that tells of a promise does so once there is one: whoever hears of it may settle it at once", async () => {
  const it = box({
    async main(ctx) {
      const promise = ctx.promise();
      const there = async () => (await it.store.read(promise.id)) !== undefined;
      return Promise.all([ctx.step("tell", there), ctx.step("tell another", there)]);
    },
  });
  expect(resultOf(await run(it))).toEqual([true, true]);
});

it("as_completed goes on when a member fails", async () => {
  const it = box({
    async main(ctx) {
      const members = [ctx.submit("child", { error: "ValueError" }), ctx.sleep(5, "slept")];
      const seen: unknown[] = [];
      for await (const member of ctx.asCompleted(members)) {
        seen.push(await member.result().catch((error: Error) => error.name));
      }
      return seen;
    },
  });
  expect(resultOf(await run(it))).toEqual(["ValueError", "slept"]);
});

it("the answer of the table is lost as a coroutine cancels a future: the code gets the answer that it would have got", async () => {
  let isLost = false;
  const crashAfter = ({ id, state }: FutureRecord) => {
    if (isLost || id !== "main.0" || state !== "cancelled") return false;
    isLost = true;
    return lose();
  };
  const main: Body = async (ctx) => {
    const timer = ctx.sleep(1000);
    await ctx.sleep(1);
    return [await timer.cancel(), await timer.catch((error: Error) => error.name)];
  };
  expect(resultOf(await run(box({ main }, { crashAfter })))).toEqual([true, "CancelledError"]);
  expect(isLost).toBe(true);
});

it("promise 1: whoever hands a cancellation on dies: who watches what was cancelled is told", async () => {
  const it = box(
    {
      main: (ctx) =>
        Promise.all([ctx.future("theirs"), ctx.step("long", () => it.world.sleep(10_000))]),
    },
    { crashAfter: ({ id, state }) => id === "theirs" && state === "cancelled" },
  );
  await it.during(createPromise(it.ports, { id: "theirs" }));
  const policy = { of: "gather", returnExceptions: false } as const;
  await it.during(createAggregate(it.ports, { id: "gather", of: ["theirs"], policy }));
  // Guards of what was called so far come and go.
  await it.during(it.world.sleep(40_000));
  await it.during(it.world.sleep(30_000));
  await it.submit("main", null, "main");
  await it.during(it.world.sleep(3000));
  await it.during(cancel(it.ports, "main"));
  const states = (await it.settled(["main", "theirs", "gather"])).map(({ state }) => state);
  expect(states).toEqual(["cancelled", "cancelled", "failed"]);
});

it("whoever lends a suspended coroutine a priority dies: what that awaits is raised all the same", async () => {
  const isRaised = (after: FutureRecord, before?: FutureRecord) =>
    after.task === "middle" && before?.priority === 9 && after.priority === 0;
  const it = box(
    {
      async main(ctx) {
        const middle = ctx.submit("middle", null, { priority: 9 });
        await ctx.sleep(20);
        await middle;
      },
      async middle(ctx) {
        await ctx.submit("child", {}, { delaySeconds: 600 });
      },
    },
    { crashAfter: isRaised },
  );
  await it.during(submit(it.ports, { id: "main", task: "main", input: "null", priority: 0 }));
  await it.settled(["main"]);
  expect(it.store.table.peek("main.0.0")?.priority).toBe(0);
});
