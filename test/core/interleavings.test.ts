/**
 * Interleavings that are forced: what another process does just before or after one chosen write of
 * the first. Each runs with a flat tally and with a tree of leaves of one member.
 */
import { beforeEach, describe, expect, it } from "vitest";
import type { FutureRecord } from "../../core/future.ts";
import type { Policy } from "../../core/policies.ts";
import { decodeReport } from "../../core/tally.ts";
import { addMembers } from "../../core/usecases/addMembers.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise } from "../../core/usecases/createTimed.ts";
import { decideAggregate } from "../../core/usecases/decideAggregate.ts";
import { move } from "../../core/usecases/move.ts";
import { openAggregate } from "../../core/usecases/openAggregate.ts";
import { requeue } from "../../core/usecases/requeue.ts";
import { seal } from "../../core/usecases/seal.ts";
import { seeTo } from "../../core/usecases/seeTo.ts";
import { settle } from "../../core/usecases/settle.ts";
import { submitBatch } from "../../core/usecases/submitBatch.ts";
import { allReports } from "../../core/usecases/tallies.ts";
import { drain, settlerStep, taskMessages } from "../support/drain.ts";
import { interpose, lose } from "../support/interpose.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { judgeAggregates, watchWrites } from "../support/promises.ts";
import { taskRequest } from "../support/requests.ts";

const GATHER: Policy = { of: "gather", returnExceptions: false };
const WAIT_FOR: Policy = { of: "waitFor" };
const FIRST: Policy = { of: "wait", returnWhen: "FIRST_COMPLETED" };

const SIZES = {
  "a flat tally": {},
  "a tree, in pages": { leafSize: 1, pageSize: 1, inlineWatchers: 0 },
};

describe.each(Object.entries(SIZES))("with %s", (_name, config) => {
  let ports: MemoryPorts;
  let violations: string[];

  beforeEach(async () => {
    ports = memoryPorts(config);
    violations = watchWrites(ports);
    for (const id of ["p", "q"]) await createPromise(ports, { id });
  });

  const give = (id: string) => settle(ports, id, { result: "1" });
  const stateOf = async (id: string) => (await ports.store.read(id))?.state;
  const reportsTo = async (id: string) => {
    const record = await ports.store.read(id);
    return record ? (await allReports(ports, record)).map(decodeReport) : [];
  };
  const rest = async () => {
    await drain(ports);
    expect([...violations, ...(await judgeAggregates(ports))]).toEqual([]);
  };

  it.each(["before", "after"] as const)(
    "promise 4: a member that settles %s it is registered counts once",
    async (moment) => {
      const isOfP = (id: string) => id === "p";
      interpose(ports.store, "update", moment, () => give("p"), isOfP as never);
      await createAggregate(ports, { id: "g", of: ["p", "q", "p"], policy: GATHER });
      expect(await stateOf("g")).toBe("pending");
      await give("q");
      await rest();
      expect(await stateOf("g")).toBe("succeeded");
      expect((await reportsTo("g")).map(({ member }) => member).sort()).toEqual([0, 1, 2]);
    },
  );

  it("promise 4: a member that settles between the registering and the seal is seen by the sealer", async () => {
    const seals = (id: string, _when: never, change: { set?: { sealed?: boolean } }) =>
      id === "g" && change.set?.sealed === true;
    interpose(ports.store, "update", "before", () => give("p"), seals as never);
    await createAggregate(ports, { id: "g", of: ["p"], policy: GATHER });
    // Not on account of a guard, which would come a minute later.
    while (ports.queues.messages("settle").some((each) => each.visibleAt <= ports.clock.now())) {
      await settlerStep(ports);
    }
    expect(await stateOf("g")).toBe("succeeded");
    await rest();
  });

  it("promise 2: of two who settle a promise at once the first counts, and the other is told", async () => {
    const isOfP = (id: string) => id === "p";
    await createAggregate(ports, { id: "g", of: ["p"], policy: GATHER });
    interpose(ports.store, "update", "before", () => give("p"), isOfP as never);
    await expect(settle(ports, "p", { result: "2" })).rejects.toThrow("another outcome");
    await rest();
    expect((await ports.store.read("p"))?.result).toBe("1");
    expect(await reportsTo("g")).toEqual([{ member: 0, ending: "succeeded" }]);
  });

  it("promise 2: a settling whose answer is lost is known by its outcome when it is repeated", async () => {
    await createAggregate(ports, { id: "g", of: ["p"], policy: GATHER });
    const isOfP = (id: string) => id === "p";
    interpose(ports.store, "update", "after", lose, isOfP as never);
    await expect(give("p")).rejects.toThrow("lost");
    expect(await stateOf("g")).toBe("pending");
    await give("p");
    await rest();
    expect(await stateOf("g")).toBe("succeeded");
  });

  it("promise 4: a gather that is cancelled while its last member settles ends in one way only", async () => {
    await createAggregate(ports, { id: "g", of: ["p"], policy: GATHER });
    const settles = (id: string) => id === "p";
    let answer: boolean | undefined;
    const cancelling = async () => {
      answer = await cancel(ports, "g");
    };
    interpose(ports.store, "update", "before", cancelling, settles as never);
    // The member was cancelled first: the gather's cancel was accepted, and the settling refused.
    await expect(give("p")).rejects.toThrow("cancelled already");
    await rest();
    expect(answer).toBe(true);
    expect(await stateOf("p")).toBe("cancelled");
    expect(await ports.store.read("g")).toMatchObject({
      state: "failed",
      error: { name: "CancelledError" },
    });
  });

  it("promise 4: a cancel that is accepted while a gather is being decided is not forgotten", async () => {
    const policy: Policy = { of: "gather", returnExceptions: true };
    await createAggregate(ports, { id: "g", of: ["p"], policy });
    const settles = (id: string, _when: never, change: { set?: { state?: string } }) =>
      id === "g" && change.set?.state !== undefined;
    let answer: boolean | undefined;
    const cancelling = async () => {
      answer = await cancel(ports, "g");
    };
    interpose(ports.store, "update", "before", cancelling, settles as never);
    await give("p");
    await rest();
    expect(answer).toBe(true);
    // As asyncio's: its members are done, and it was asked to end.
    expect(await ports.store.read("g")).toMatchObject({
      state: "failed",
      error: { name: "CancelledError" },
    });
  });

  it("promise 4: a waitFor that stops its member while it is being decided has timed out", async () => {
    await createAggregate(ports, { id: "w", of: ["p"], policy: WAIT_FOR, timeoutSeconds: 5 });
    const before = (await ports.store.read("w")) as FutureRecord;
    const settles = (id: string, _when: never, change: { set?: { state?: string } }) =>
      id === "w" && change.set?.state !== undefined;
    // Somebody else read it before its time was over, and the report after its member was stopped.
    const late = () => decideAggregate(ports, before);
    interpose(ports.store, "update", "before", late, settles as never);
    ports.clock.advance(6000);
    await rest();
    expect(await stateOf("p")).toBe("cancelled");
    expect((await ports.store.read("w"))?.error?.name).toBe("TimeoutError");
  });

  it("promise 4: members that were created since a slow settler looked for them are not missing", async () => {
    const hold = Promise.withResolvers<void>();
    const looked = Promise.withResolvers<void>();
    let settler: Promise<void> | undefined;
    const meanwhile = async () => {
      const standStill = () => {
        looked.resolve();
        return hold.promise;
      };
      interpose(ports.store, "readMany", "after", standStill);
      settler = seeTo(ports, { id: "b" });
      await looked.promise;
    };
    interpose(
      ports.store,
      "insert",
      "before",
      meanwhile,
      (({ id }: { id: string }) => id === "b.0") as never,
    );
    await submitBatch(ports, [taskRequest()], { id: "b", policy: GATHER });
    ports.clock.advance(50_000);
    hold.resolve();
    await settler;
    expect(await stateOf("b")).toBe("pending");
  });

  it("promise 4: a cancel that comes when all members have settled is answered no", async () => {
    await createAggregate(ports, { id: "g", of: ["p"], policy: GATHER });
    const isOfG = (id: string) => id === "g";
    let answer: boolean | undefined;
    const cancelling = async () => {
      answer = await cancel(ports, "g");
    };
    await give("p");
    await rest();
    interpose(ports.store, "read", "after", cancelling, isOfG as never);
    await cancel(ports, "g");
    expect(answer).toBe(false);
    expect(await stateOf("g")).toBe("succeeded");
  });

  it("promise 4: the cancel of an aggregate that has just decided does not change its outcome", async () => {
    await createAggregate(ports, { id: "w", of: ["p", "q"], policy: FIRST });
    const settlesW = (id: string, _when: never, change: { set?: { state?: string } }) =>
      id === "w" && change.set?.state === "cancelled";
    interpose(ports.store, "update", "before", () => give("p"), settlesW as never);
    const accepted = await cancel(ports, "w");
    await rest();
    // One of the two was first; whoever asked was told which.
    expect(await stateOf("w")).toBe(accepted ? "cancelled" : "succeeded");
  });

  it("an aggregate that has settled stands with no member any more", async () => {
    await createAggregate(ports, { id: "w", of: ["p", "q"], policy: FIRST });
    await give("p");
    await rest();
    expect(await stateOf("w")).toBe("succeeded");
    expect((await ports.store.read("q"))?.watchers ?? []).toEqual([]);
    expect((await ports.store.watchers("q", 10)).watchers).toEqual([]);
  });

  it("promise 4: a member that settles while the aggregate withdraws from it changes nothing", async () => {
    await createAggregate(ports, { id: "w", of: ["p", "q"], policy: FIRST });
    const leaves = (id: string) => id === "q";
    if (config === SIZES["a flat tally"]) {
      interpose(ports.store, "update", "before", () => give("q"), leaves as never);
    } else {
      interpose(ports.store, "removeWatcher", "before", () => give("q"), leaves as never);
    }
    await give("p");
    await rest();
    const { decided } = (await ports.store.read("w")) ?? {};
    expect(decided?.map(decodeReport)).toEqual([{ member: 0, ending: "succeeded" }]);
  });

  it("promise 4: a member that settles, and has told all, before the watcher's own item is put", async () => {
    if (config === SIZES["a flat tally"]) return;
    const tellsAll = async () => {
      await give("p");
      // The watchers that stood there are told, and the last page notes that all were.
      ports.clock.advance(1);
      while (ports.queues.messages("settle").some((each) => each.visibleAt <= ports.clock.now())) {
        await settlerStep(ports);
      }
    };
    interpose(ports.store, "putWatchers", "before", tellsAll);
    await createAggregate(ports, { id: "g", of: ["p"], policy: GATHER });
    expect(await stateOf("g")).toBe("succeeded");
    await rest();
  });

  it("a page that is added while the aggregate is cancelled has its members cancelled too", async () => {
    const open = { id: "g", policy: GATHER, members: "tasks", sealWithinSeconds: 60 } as const;
    await openAggregate(ports, open);
    const inserts = ({ id }: { id: string }) => id === "g.0";
    interpose(ports.store, "insert", "before", () => cancel(ports, "g"), inserts as never);
    const tasks = [taskRequest({ delaySeconds: 30 }), taskRequest({ delaySeconds: 30 })];
    await expect(addMembers(ports, "g", { start: 0, tasks })).rejects.toThrow("failed already");
    await rest();
    expect([await stateOf("g.0"), await stateOf("g.1")]).toEqual(["cancelled", "cancelled"]);
  });

  it("promise 8: a page that was added may be added again after the seal, and no other", async () => {
    const open = { id: "g", policy: GATHER, members: "tasks", sealWithinSeconds: 60 } as const;
    await openAggregate(ports, open);
    const page = { start: 0, tasks: [taskRequest(), taskRequest({ task: "flaky" })] };
    await addMembers(ports, "g", page);
    await seal(ports, "g", 2);
    const before = ports.queues.size();
    expect(await addMembers(ports, "g", page)).toBe(2);
    expect(ports.queues.size()).toBe(before);
    const other = { start: 0, tasks: [taskRequest(), taskRequest()] };
    await expect(addMembers(ports, "g", other)).rejects.toThrow("sealed");
    await expect(addMembers(ports, "g", { ...page, start: 1 })).rejects.toThrow("sealed");
    await rest();
  });

  it("no member is added to what is sealed meanwhile, and none is left behind", async () => {
    const open = { id: "g", policy: GATHER, members: "tasks", sealWithinSeconds: 60 } as const;
    await openAggregate(ports, open);
    await addMembers(ports, "g", { start: 0, tasks: [taskRequest()] });
    const extend = (id: string, when: { extentBelow?: number }) =>
      id === "g" && when.extentBelow !== undefined;
    interpose(ports.store, "update", "before", () => seal(ports, "g", 1), extend as never);
    const late = addMembers(ports, "g", { start: 1, tasks: [taskRequest()] });
    await expect(late).rejects.toThrow("sealed");
    expect(await ports.store.read("g.1")).toBeUndefined();
    await rest();
    expect(await stateOf("g")).toBe("succeeded");
  });

  it("promise 4: a member that ends while the aggregate is sealed is seen by one of the two", async () => {
    await openAggregate(ports, {
      id: "g",
      policy: GATHER,
      members: "futures",
      sealWithinSeconds: 60,
    });
    await addMembers(ports, "g", { start: 0, of: ["p"] });
    const seals = (id: string, _when: never, change: { set?: { sealed?: boolean } }) =>
      id === "g" && change.set?.sealed === true;
    interpose(ports.store, "update", "before", () => give("p"), seals as never);
    await seal(ports, "g", 1);
    while (ports.queues.messages("settle").some((each) => each.visibleAt <= ports.clock.now())) {
      await settlerStep(ports);
    }
    expect(await stateOf("g")).toBe("succeeded");
    await rest();
  });

  it("nothing is sealed with a member that is just being added", async () => {
    const open = { id: "g", policy: GATHER, members: "tasks", sealWithinSeconds: 60 } as const;
    await openAggregate(ports, open);
    await addMembers(ports, "g", { start: 0, tasks: [taskRequest()] });
    const seals = (id: string, _when: never, change: { set?: { sealed?: boolean } }) =>
      id === "g" && change.set?.sealed === true;
    const adding = () => addMembers(ports, "g", { start: 1, tasks: [taskRequest()] });
    interpose(ports.store, "update", "before", adding, seals as never);
    await expect(seal(ports, "g", 1)).rejects.toThrow("added meanwhile");
    await seal(ports, "g", 2);
    await rest();
    expect(await stateOf("g")).toBe("succeeded");
  });

  it("a move whose call dies after its write reaches all members by its guard", async () => {
    const open = { id: "g", policy: GATHER, members: "tasks", sealWithinSeconds: 900 } as const;
    await openAggregate(ports, open);
    const tasks = [taskRequest({ delaySeconds: 600 }), taskRequest({ delaySeconds: 600 })];
    await addMembers(ports, "g", { start: 0, tasks });
    const moves = (id: string) => id === "g";
    interpose(ports.store, "update", "after", lose, moves as never);
    await expect(move(ports, "g", 0)).rejects.toThrow("lost");
    ports.clock.advance(61_000);
    while (await settlerStep(ports));
    for (const member of ["g.0", "g.1"]) {
      expect(await ports.store.read(member)).toMatchObject({ priority: 0 });
    }
    expect(taskMessages(ports, 0)).toHaveLength(2);
  });

  it("cancelling many sends each page once, however many members meet the gather again", async () => {
    const open = { id: "g", policy: GATHER, members: "tasks", sealWithinSeconds: 900 } as const;
    await openAggregate(ports, open);
    const tasks = Array.from({ length: 12 }, () => taskRequest({ delaySeconds: 600 }));
    await addMembers(ports, "g", { start: 0, tasks });
    await seal(ports, "g", 12);
    const pages: unknown[] = [];
    const send = ports.queues.sendSeeTo.bind(ports.queues);
    ports.queues.sendSeeTo = async (messages) => {
      pages.push(...messages.filter(({ body }) => body.page !== undefined));
      return send(messages);
    };
    await cancel(ports, "g");
    while (await settlerStep(ports));
    expect(pages).toHaveLength(config === SIZES["a flat tally"] ? 0 : 12);
    expect(await stateOf("g.11")).toBe("cancelled");
    await rest();
  });

  it("pages of work that were lost with the queues are sent again when these are rebuilt", async () => {
    const open = { id: "g", policy: GATHER, members: "tasks", sealWithinSeconds: 900 } as const;
    await openAggregate(ports, open);
    const tasks = Array.from({ length: 3 }, () => taskRequest({ delaySeconds: 600 }));
    await addMembers(ports, "g", { start: 0, tasks });
    await seal(ports, "g", 3);
    await cancel(ports, "g");
    await settlerStep(ports);
    ports.queues.purge();
    await requeue(ports);
    while (await settlerStep(ports));
    for (const member of ["g.0", "g.1", "g.2"]) expect(await stateOf(member)).toBe("cancelled");
    expect(await stateOf("g")).toBe("failed");
    await rest();
  });

  it("a later move wins, whatever order the messages of the two come in", async () => {
    const open = { id: "g", policy: GATHER, members: "tasks", sealWithinSeconds: 60 } as const;
    await openAggregate(ports, open);
    const tasks = [1, 2, 3].map(() => taskRequest({ delaySeconds: 30 }));
    await addMembers(ports, "g", { start: 0, tasks });
    await move(ports, "g", 9);
    await move(ports, "g", 0);
    // Everything that is on its way, guards included, arrives.
    ports.clock.advance(100_000);
    while (await settlerStep(ports));
    for (const member of [0, 1, 2]) {
      expect(await ports.store.read(`g.${member}`)).toMatchObject({ priority: 0 });
    }
    expect(
      taskMessages(ports, 0)
        .map(({ id }) => id)
        .sort(),
    ).toContain("g.2");
  });
});

it("promise 4: who reports, and finds that another has settled by that report, tells who watches", async () => {
  const ports = memoryPorts();
  await createPromise(ports, { id: "p" });
  await createAggregate(ports, { id: "inner", of: ["p"], policy: GATHER });
  await createAggregate(ports, { id: "outer", of: ["inner"], policy: GATHER });
  // It reports as well, settles by what both have reported, and dies before it tells anybody.
  const another = async () => {
    interpose(
      ports.store,
      "report",
      "before",
      lose,
      ((tally: string) => tally === "outer") as never,
    );
    await expect(seeTo(ports, { id: "p" })).rejects.toThrow("lost");
  };
  interpose(ports.store, "read", "before", another, ((id: string) => id === "inner") as never);
  await settle(ports, "p", { result: "1" });
  expect((await ports.store.read("outer"))?.state).toBe("succeeded");
});

it("passing on again what a tower of gathers lends and cancels takes a few calls for each level", async () => {
  const ports = memoryPorts();
  const levels = 12;
  await createPromise(ports, { id: "g0" });
  for (let level = 1; level <= levels; level += 1) {
    const id = `g${level}`;
    await createAggregate(ports, { id, of: [`g${level - 1}`], policy: GATHER });
    await ports.store.update(id, {}, { set: { lent: 1, lending: true, cancel: true } });
  }
  let calls = 0;
  for (const method of ["update", "readMany"] as const) {
    const original = ports.store[method] as (...args: unknown[]) => Promise<unknown>;
    Reflect.set(ports.store, method, (...args: unknown[]) => {
      calls += 1;
      return original.apply(ports.store, args);
    });
  }
  await seeTo(ports, { id: `g${levels}` });
  expect((await ports.store.read("g0"))?.state).toBe("cancelled");
  expect(calls).toBeLessThan(20 * levels);
});
