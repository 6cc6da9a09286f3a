/**
 * Promises 2, 3 and 4 over everything that a store in memory is told and holds.
 */
import { type FutureRecord, isTerminal, TRANSITIONS } from "../../core/future.ts";
import { isLeaseOver } from "../../core/lease.ts";
import { expiry } from "../../core/settlement.ts";
import { decodeReport, type Ending } from "../../core/tally.ts";
import { objectKey } from "../../core/texts.ts";
import { frozen } from "../../core/usecases/frozen.ts";
import { memberIds, PAGE_IDS } from "../../core/usecases/members.ts";
import { allReports } from "../../core/usecases/tallies.ts";
import type { MemoryPorts } from "./memoryPorts.ts";

const OUTCOME = [
  "state",
  "result",
  "resultAt",
  "resultObject",
  "error",
  "decided",
  "settledAt",
] as const;

/** Notes every write that breaks promise 2 or 3. Call it before the first write. */
export function watchWrites(ports: MemoryPorts): string[] {
  const violations: string[] = [];
  ports.store.onWrite = (after, before) => {
    if (!before) return;
    const note = (what: string) => violations.push(`${after.id}: ${what}`);
    if (before.state !== after.state && !TRANSITIONS[before.state].includes(after.state)) {
      note(`promise 2: ${before.state} became ${after.state}`);
    }
    if (isTerminal(before)) {
      for (const field of OUTCOME) {
        if (JSON.stringify(before[field]) !== JSON.stringify(after[field])) {
          note(`promise 2: ${field} changed after it had settled`);
        }
      }
    }
    const changesHands = before.state === "running" && after.token !== before.token;
    if (changesHands && !isLeaseOver(before.leaseUntil, ports.clock.now())) {
      note("promise 3: a living lease was broken");
    }
    if (after.turn < before.turn) note("its turn fell");
  };
  return violations;
}

export async function allRecords(ports: MemoryPorts): Promise<FutureRecord[]> {
  const records: FutureRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await ports.store.scan(cursor);
    records.push(...page.records);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return records;
}

/** What breaks promise 4 once everything has come to rest. */
export async function judgeAggregates(ports: MemoryPorts): Promise<string[]> {
  const violations: string[] = [];
  for (const record of await allRecords(ports)) {
    if (!record.policy) continue;
    const note = (what: string) => violations.push(`${record.id}: promise 4: ${what}`);
    const endings = await endingsOf(ports, record);
    const reports = (await allReports(ports, record)).map(decodeReport);
    const members = reports.map(({ member }) => member);
    if (new Set(members).size !== members.length) note("a member reported twice");
    for (const { member, ending } of reports) {
      if (endings[member] !== ending) note(`member ${member} is not ${ending}`);
    }
    if (!isTerminal(record)) {
      if (endings.every((each) => each !== undefined)) note("it waits for nobody, for ever");
      continue;
    }
    if (record.policy.of === "gather" && !isUnfilled(record)) {
      const ended = reports.some(({ ending }) => ending !== "succeeded");
      const expected = ended && !record.policy.returnExceptions ? "failed" : "succeeded";
      if (record.state !== expected && !record.cancel) note(`it has ${record.state}`);
      if (record.state === "succeeded" && reports.length !== record.size) note("it was early");
    }
    if (record.state === "succeeded" && record.policy.of === "wait") {
      const decided = await frozen(ports, record);
      const kept = JSON.stringify(decided.map(decodeReport));
      const first = JSON.stringify(reports.slice(0, decided.length));
      if (kept !== first) note("what it was decided on is not what was reported first");
    }
  }
  return violations;
}

/**
 * Results in the bucket must be there for as long as their futures, and inputs until their tasks
 * have settled.
 */
export async function judgeObjects({ objects, ...ports }: MemoryPorts): Promise<string[]> {
  const violations: string[] = [];
  const stored = (id: string, pointer: { name: string }) =>
    objects.stored.get(objectKey(id, pointer));
  for (const record of await allRecords({ objects, ...ports })) {
    const { id, inputObject, resultObject, expires = 0, settledAt = 0 } = record;
    if (inputObject && !isTerminal(record) && !stored(id, inputObject)) {
      violations.push(`${id}: its input is gone`);
    }
    if (!resultObject) continue;
    const result = stored(id, resultObject);
    const isWatched = expires > expiry(ports.config, settledAt, false);
    if (!result) violations.push(`${id}: its result is gone`);
    else if (isTerminal(record) && isWatched && result.short) {
      violations.push(`${id}: its result expires before it does`);
    }
  }
  return violations;
}

/** Whoever was to fill it went away: it may well fail although no member has. */
function isUnfilled({ error, sealed }: FutureRecord): boolean {
  return error?.name === "IncompleteBatchError" || (error?.name === "UnsealedError" && !sealed);
}

async function endingsOf(ports: MemoryPorts, record: FutureRecord) {
  const ids = await pagedIds(ports, record);
  const members = await ports.store.readMany(ids);
  return ids.map((id): Ending | undefined => {
    const member = members.get(id);
    return member && isTerminal(member) ? (member.state as Ending) : undefined;
  });
}

/** By the members' numbers: of what was never filled whole pages may be missing. */
async function pagedIds(ports: MemoryPorts, record: FutureRecord): Promise<string[]> {
  const ids: string[] = [];
  const end = record.size ?? record.extent ?? 0;
  for (let from = 0; from < end; from += PAGE_IDS) {
    const page = await memberIds(ports, record, from, from + PAGE_IDS);
    for (const [index, id] of page.entries()) ids[from + index] = id;
  }
  return Array.from(ids, (id) => id ?? "");
}
