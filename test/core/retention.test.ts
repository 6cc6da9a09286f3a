/**
 * Retention: records expire some days after they have settled, but never before what owns or watches
 * them has settled, and what stands beside them outlives them.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sideItemExpiry } from "../../aws/dynamodb/sideCommands.ts";
import { type FutureRecord, isTerminal } from "../../core/future.ts";
import { WATCHED_DAYS } from "../../core/settlement.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise, createTimer } from "../../core/usecases/createTimed.ts";
import { memberIds } from "../../core/usecases/members.ts";
import { settle } from "../../core/usecases/settle.ts";
import { submit } from "../../core/usecases/submit.ts";
import { submitBatch } from "../../core/usecases/submitBatch.ts";
import { drain } from "../support/drain.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { allRecords, judgeObjects } from "../support/promises.ts";

const DAY_MS = 86_400_000;
const YEAR_DAYS = 366;
const GATHER = { of: "gather", returnExceptions: true } as const;
const ONE = { task: "works", input: "null", priority: 5 };

const isGone = (record: FutureRecord, now: number) =>
  record.expires !== undefined && record.expires * 1000 < now;

/** What nobody could find any more although an aggregate still waits for it, or owns it. */
async function lostMembers(ports: MemoryPorts): Promise<string[]> {
  const records = new Map((await allRecords(ports)).map((each) => [each.id, each]));
  const now = ports.clock.now();
  const lost: string[] = [];
  for (const record of records.values()) {
    if (!record.policy || (isTerminal(record) && isGone(record, now))) continue;
    for (const id of await memberIds(ports, record)) {
      const member = records.get(id);
      if (member && isGone(member, now)) lost.push(`${id} of ${record.id}`);
    }
  }
  return lost;
}

describe("retention", () => {
  it("a result in the bucket outlives its week for an aggregate that takes its future later", async () => {
    const ports = memoryPorts({ objectBytes: 400 });
    await createPromise(ports, { id: "p" });
    await settle(ports, "p", { result: JSON.stringify("z".repeat(500)) });
    const lives = () => [...ports.objects.stored.values()].map(({ short }) => !short);
    expect(lives()).toEqual([false]);
    await createAggregate(ports, { id: "g", of: ["p"], policy: GATHER });
    expect(lives()).toEqual([true]);
    expect(await judgeObjects(ports)).toEqual([]);
  });

  const steps = fc.array(
    fc.record({
      do: fc.constantFrom("task", "batch", "promise", "timer", "gather", "settle", "days"),
      some: fc.array(fc.nat(50), { minLength: 1, maxLength: 3 }),
      days: fc.integer({ min: 1, max: 60 }),
    }),
    { maxLength: 30 },
  );

  it("no member expires while its aggregate waits, or while its result can be read", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (given) => {
        const ports = memoryPorts({ inlineWatchers: 1 });
        const began = ports.clock.now();
        for (const step of given) {
          const now = ports.clock.now();
          const all = (await allRecords(ports)).filter((each) => !isGone(each, now));
          const picked = step.some.flatMap((index) => all[index % Math.max(1, all.length)] ?? []);
          if (step.do === "task") await submit(ports, ONE);
          if (step.do === "batch") {
            await submitBatch(ports, [ONE, ONE], { id: ports.newId(), policy: GATHER });
          }
          if (step.do === "promise") await createPromise(ports, {});
          if (step.do === "timer") {
            await createTimer(ports, { delaySeconds: step.days * 86_400, result: "1" });
          }
          if (step.do === "gather" && picked.length > 0) {
            await createAggregate(ports, { of: picked.map(({ id }) => id), policy: GATHER });
          }
          const [first] = picked;
          if (step.do === "settle" && first?.kind === "promise" && !isTerminal(first)) {
            await settle(ports, first.id, { result: "1" });
          }
          // Nobody waits for longer than a year.
          const within = now - began + step.days * DAY_MS < YEAR_DAYS * DAY_MS;
          if (step.do === "days" && within) ports.clock.advance(step.days * DAY_MS);
          await drain(ports, { until: async () => false });
          expect(await lostMembers(ports)).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("a future that nobody watches expires after the deployment's days, and no sooner", async () => {
    const ports = memoryPorts({ retentionDays: 7 });
    const { id } = await submit(ports, ONE);
    expect((await ports.store.read(id))?.expires).toBeUndefined();
    await drain(ports);
    const { expires = 0, settledAt = 0 } = (await ports.store.read(id)) ?? {};
    expect(expires - Math.ceil(settledAt / 1000)).toBe(7 * 86_400);
  });

  it("one that had settled is kept for the aggregate that takes it as a member, by one write", async () => {
    const ports = memoryPorts({ retentionDays: 7 });
    const { id } = await submit(ports, ONE);
    await drain(ports);
    ports.clock.advance(6 * DAY_MS);
    const { record } = await createPromise(ports, {});
    const gather = await createAggregate(ports, { of: [id, record.id], policy: GATHER });
    ports.clock.advance(300 * DAY_MS);
    const member = (await ports.store.read(id)) as FutureRecord;
    expect(isGone(member, ports.clock.now())).toBe(false);
    await settle(ports, record.id, { result: "2" });
    expect((await ports.store.read(gather.id))?.state).toBe("succeeded");
    let writes = 0;
    ports.store.onWrite = (after) => {
      if (after.id === id) writes += 1;
    };
    await createAggregate(ports, { of: [id], policy: GATHER });
    await createAggregate(ports, { of: [id], policy: GATHER });
    expect(writes).toBe(1);
  });

  it("what stands beside a future outlives it: a year until it settles, and then as long as it", () => {
    const now = 1_800_000_000_000;
    const days = (sideItemExpiry(now) - now / 1000) / 86_400;
    expect(days).toBeGreaterThan(YEAR_DAYS + WATCHED_DAYS);
  });
});
