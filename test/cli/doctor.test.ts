/**
 * The doctor: each thing that can be stuck is broken on purpose, named, and mended by what it says.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { examineAll } from "../../cli/examination.ts";
import type { Finding } from "../../core/doctor/findings.ts";
import { type FutureRecord, isTerminal } from "../../core/future.ts";
import { encodeReport } from "../../core/tally.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { claim } from "../../core/usecases/claim.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise, createTimer } from "../../core/usecases/createTimed.ts";
import { openAggregate } from "../../core/usecases/openAggregate.ts";
import { pause } from "../../core/usecases/pause.ts";
import { settle } from "../../core/usecases/settle.ts";
import { submit } from "../../core/usecases/submit.ts";
import { submitBatch } from "../../core/usecases/submitBatch.ts";
import { operate } from "../../functions/sweeper/operate.ts";
import { drain } from "../support/drain.ts";
import { interpose } from "../support/interpose.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { allRecords, watchWrites } from "../support/promises.ts";
import { PERMITS } from "../support/queueKey.ts";

const NEVER = { asked: false };
const HOUR_MS = 3_600_000;
const GATHER = { of: "gather", returnExceptions: false } as const;

/** As the command does it; the sweeper function is called in this process. */
async function examine(ports: MemoryPorts, fix = false): Promise<Finding[]> {
  const invoke = async (event: object) => JSON.parse(JSON.stringify(await operate(ports, event)));
  const examined = await examineAll(invoke, { fix, interrupt: NEVER, onPage: () => {} });
  return examined.findings;
}

const stuck = async (ports: MemoryPorts) =>
  (await examine(ports)).filter(({ severity }) => severity === "stuck");

const task = (ports: MemoryPorts, priority = 5, more: object = {}) =>
  submit(ports, { task: "works", input: "null", priority, ...more });

/** Time passes in which nothing goes on. */
const later = (ports: MemoryPorts) => ports.clock.advance(HOUR_MS);

/** A write that nothing follows: who made it died. */
async function write(ports: MemoryPorts, id: string, set: Partial<FutureRecord>) {
  await ports.store.update(id, {}, { set: { settledAt: ports.clock.now(), ...set } });
}

interface Breakage {
  kind: Finding["kind"];
  /** @returns the future that is stuck, and what it shall become once it is mended */
  break(ports: MemoryPorts): Promise<{ id: string; becomes?: FutureRecord["state"] }>;
}

const BREAKAGES: Breakage[] = [
  {
    kind: "leaseOver",
    async break(ports) {
      const { id } = await task(ports);
      await claim(ports, { id, turn: 0 });
      ports.queues.purge();
      return { id, becomes: "succeeded" };
    },
  },
  {
    kind: "overdue",
    async break(ports) {
      const { id } = await createTimer(ports, { delaySeconds: 10, result: "1" });
      ports.queues.purge();
      return { id, becomes: "succeeded" };
    },
  },
  {
    kind: "overdue",
    async break(ports) {
      const { record } = await createPromise(ports, { timeoutSeconds: 10 });
      ports.queues.purge();
      return { id: record.id, becomes: "failed" };
    },
  },
  {
    kind: "openTooLong",
    async break(ports) {
      const open = { policy: GATHER, members: "tasks", sealWithinSeconds: 60 } as const;
      const { id } = await openAggregate(ports, open);
      ports.queues.purge();
      return { id, becomes: "failed" };
    },
  },
  {
    kind: "unassembled",
    async break(ports) {
      const { record } = await createPromise(ports, {});
      await settle(ports, record.id, { result: "1" });
      interpose(ports.store, "report", "before", () => {
        throw new Error("died here");
      });
      const id = "half-made";
      await createAggregate(ports, { id, of: [record.id], policy: GATHER }).catch(() => {});
      ports.queues.purge();
      return { id, becomes: "succeeded" };
    },
  },
  {
    kind: "undecided",
    async break(ports) {
      const { record } = await createPromise(ports, {});
      const { id } = await createAggregate(ports, { of: [record.id], policy: GATHER });
      await write(ports, record.id, { state: "succeeded", result: "1" });
      await ports.store.report(id, encodeReport({ member: 0, ending: "succeeded" }));
      ports.queues.purge();
      return { id, becomes: "succeeded" };
    },
  },
  {
    kind: "unreported",
    async break(ports) {
      const { record } = await createPromise(ports, {});
      const { id } = await createAggregate(ports, { of: [record.id], policy: GATHER });
      await write(ports, record.id, { state: "succeeded", result: "1" });
      ports.queues.purge();
      return { id, becomes: "succeeded" };
    },
  },
  {
    kind: "untold",
    async break(ports) {
      Object.assign(ports.config, { inlineWatchers: 0 });
      const { record } = await createPromise(ports, {});
      await createAggregate(ports, { of: [record.id], policy: GATHER });
      await write(ports, record.id, { state: "succeeded", result: "1" });
      ports.queues.purge();
      return { id: record.id };
    },
  },
  {
    kind: "uncancelled",
    async break(ports) {
      const { record } = await createPromise(ports, {});
      const policy = { of: "race", cancelRest: true } as const;
      const { id } = await createAggregate(ports, { of: [record.id], policy });
      await write(ports, id, { state: "succeeded" });
      ports.queues.purge();
      return { id };
    },
  },
  {
    kind: "unnoticed",
    async break(ports) {
      const { id } = await task(ports, 5, { notify: true });
      await write(ports, id, { state: "succeeded", result: "1" });
      ports.queues.purge();
      return { id };
    },
  },
  {
    kind: "asleep",
    async break(ports) {
      const { record } = await createPromise(ports, {});
      const { id } = await task(ports);
      await write(ports, record.id, { state: "succeeded", result: "1" });
      await ports.store.update(id, {}, { set: { state: "running" } });
      await ports.store.update(id, {}, { set: { state: "suspended", awaits: [record.id] } });
      ports.queues.purge();
      return { id, becomes: "succeeded" };
    },
  },
  {
    kind: "missingMessages",
    async break(ports) {
      const { id } = await task(ports);
      await task(ports);
      ports.queues.purge();
      return { id, becomes: "succeeded" };
    },
  },
];

describe.each(BREAKAGES)("$kind", ({ kind, break: breakIt }) => {
  it("is named with its future, and with how to mend it; nothing is changed by looking", async () => {
    const ports = memoryPorts();
    const { id } = await breakIt(ports);
    later(ports);
    const before = JSON.stringify(await allRecords(ports));
    const findings = await stuck(ports);
    const found = findings.find((each) => each.kind === kind);
    expect(found, JSON.stringify(findings)).toMatchObject({ id, severity: "stuck" });
    expect(found?.mend).toMatch(/./);
    expect(JSON.stringify(await allRecords(ports))).toBe(before);
    expect(ports.queues.size()).toBe(0);
  });

  it("is mended by --fix, so that nothing is found any more", async () => {
    const ports = memoryPorts();
    const violations = watchWrites(ports);
    const { id, becomes } = await breakIt(ports);
    later(ports);
    const findings = await examine(ports, true);
    expect(findings.find((each) => each.kind === kind)).toMatchObject({ mended: true });
    await drain(ports, { sweeps: false });
    if (becomes) expect((await ports.store.read(id))?.state).toBe(becomes);
    later(ports);
    expect(await stuck(ports)).toEqual([]);
    expect(violations).toEqual([]);
  });
});

describe("queues", () => {
  it("without permits are told of, and rung", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports);
    for (const { handle } of [ports.queues.receive(PERMITS, 60)].filter(
      (each) => each !== undefined,
    )) {
      await ports.queues.remove(PERMITS, handle);
    }
    expect(await stuck(ports)).toMatchObject([{ kind: "noPermits", place: { queue: "permits" } }]);
    expect(await examine(ports, true)).toMatchObject([{ kind: "noPermits", mended: true }]);
    await drain(ports, { sweeps: false });
    expect((await ports.store.read(id))?.state).toBe("succeeded");
  });

  it("with dead letters are told of, and their futures seen to; what cannot be read stays", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports, 9);
    ports.queues.purge();
    ports.queues.bury({ band: 3 }, { id, turn: 0 });
    ports.queues.bury("settle", undefined);
    const found = await stuck(ports);
    expect(found.map(({ place }) => place?.queue)).toEqual(["low", "settle"]);
    const fixed = await examine(ports, true);
    expect(fixed.map(({ mended }) => mended)).toEqual([true, false]);
    await drain(ports, { sweeps: false });
    expect((await ports.store.read(id))?.state).toBe("succeeded");
  });

  it("that are paused, and permits too many, are notes: nothing is stuck", async () => {
    const ports = memoryPorts();
    await pause(ports, "low");
    await task(ports, 9);
    const findings = await examine(ports);
    expect(findings).toMatchObject([
      { kind: "pausedWork", severity: "note", mend: "forerun bands resume low" },
      { kind: "surplusPermits", severity: "note" },
    ]);
  });

  it("of a worker that died in a paused band: a note, since it must wait", async () => {
    const ports = memoryPorts();
    const { id } = await task(ports, 9);
    const message = ports.queues.receive<{ id: string; turn: number }>({ band: 3 }, 60);
    await claim(ports, message?.body ?? { id, turn: 0 });
    await pause(ports, "low");
    later(ports);
    const kinds = (await examine(ports)).map(({ kind, severity }) => `${severity} ${kind}`);
    expect(kinds).toContain("note leaseOver");
    expect(kinds.filter((each) => each.startsWith("stuck"))).toEqual([]);
  });
});

describe("what is not stuck", () => {
  it("is not told, whatever goes on and wherever it has come to", async () => {
    const moves = fc.array(fc.constantFrom("task", "batch", "wait", "timer", "cancel", "late"), {
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(moves, fc.nat(40), async (given, steps) => {
        const ports = memoryPorts({ leafSize: 2, pageSize: 2, inlineWatchers: 1 });
        for (const move of given) {
          const records = await allRecords(ports);
          const [some] = records.filter((each) => !isTerminal(each));
          if (move === "task") await task(ports);
          if (move === "late") await task(ports, 9, { delaySeconds: 2000 });
          if (move === "timer") await createTimer(ports, { delaySeconds: 30, result: "1" });
          if (move === "cancel" && some) await cancel(ports, some.id);
          if (move === "batch") {
            const one = { task: "works", input: "null", priority: 5 };
            await submitBatch(ports, [one, one, one], { id: ports.newId(), policy: GATHER });
          }
          if (move === "wait" && some) {
            const policy = { of: "wait", returnWhen: "ALL_COMPLETED" } as const;
            await createAggregate(ports, { of: [some.id], policy });
          }
        }
        let left = steps;
        await drain(ports, { until: async () => left-- <= 0 });
        expect(await stuck(ports)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
