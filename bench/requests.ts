/**
 * `npm run bench -- requests`: what a task costs in requests and units, singly and in batches of
 * 100, by purpose, and in dollars for a million tasks.
 */
import { randomUUID } from "node:crypto";
import { task } from "../client/index.ts";
import { DEFAULT_CONFIG } from "../core/config.ts";
import type { LedgerEntry } from "../local/index.ts";
import { type Bench, warmUp, withCloud } from "./cloud.ts";
import { PRICES } from "./prices.ts";
import { isAwaiting, isMapping, isOnTheSide, quiet } from "./quiet.ts";
import { hundredth } from "./statistics.ts";

const SLOTS = 4;
const SINGLE = 100;
const BATCHES = 3;
const BATCH = 100;

/**
 * Write units that a gather costs for each member: its report; and its part of the gather's own two
 * writes and of the reports of full leaves to the root, which a tally of so many has (decision 10).
 */
const MORE_FOR_A_MEMBER = 1 + (2 + Math.ceil(BATCH / DEFAULT_CONFIG.leafSize)) / BATCH;

/** What SQS is asked for, as far as it is asked on account of a task. */
type Purpose = "sends" | "hits" | "empty probes" | "deletes" | "visibility";

export interface CostPerTask {
  how: string;
  sqs: Record<Purpose, number> & { total: number };
  writeUnits: number;
  readUnits: number;
  /** For a million tasks, without the tasks' own run time. */
  dollars: { sqs: number; dynamodb: number; api: number; lambda: number; total: number };
  /** The mapping's long polls that came back empty cost by time, not by task. */
  idlePolls: number;
}

/** Slots besides, for critical tasks only: each of those rings twice. */
const RESERVED = { critical: 2 };

export async function requests() {
  const plain = await withCloud({ slots: SLOTS }, measureAll);
  const reserved = await withCloud({ slots: SLOTS, reserved: RESERVED }, measureReserved);
  return { ...plain, reserved };
}

async function measureReserved(bench: Bench): Promise<CostPerTask[]> {
  await warmUp(bench, SLOTS + RESERVED.critical);
  return [
    await measure(bench, "critical, singly", SINGLE, 1, () => singly(bench, 0)),
    await measure(bench, "critical, in batches of 100", BATCH * BATCHES, 1 / BATCH, () =>
      batches(bench, 0, false),
    ),
    await measure(bench, "normal, singly", SINGLE, 1, () => singly(bench, 5)),
  ];
}

async function measureAll(bench: Bench) {
  await warmUp(bench, SLOTS);
  const results: CostPerTask[] = [];
  for (const [band, priority] of [["critical", 0] as const, ["normal", 5] as const]) {
    results.push(await measure(bench, `${band}, singly`, SINGLE, 1, () => singly(bench, priority)));
    results.push(
      await measure(bench, `${band}, in batches of 100`, BATCH * BATCHES, 1 / BATCH, () =>
        batches(bench, priority, false),
      ),
    );
  }
  results.push(
    await measure(bench, "normal, gathered in batches of 100", BATCH * BATCHES, 1 / BATCH, () =>
      batches(bench, 5, true),
    ),
  );
  return { tasks: results, targets: targetsOf(results) };
}

function targetsOf(results: readonly CostPerTask[]) {
  const of = (how: string) => results.find((each) => each.how.startsWith(how));
  const gathered = of("normal, gathered")?.writeUnits ?? Number.NaN;
  const plain = of("normal, in batches")?.writeUnits ?? Number.NaN;
  return {
    "write units of a plain task ≤ 3": results
      .filter((each) => !each.how.includes("gathered"))
      .every((each) => each.writeUnits <= 3),
    [`more for a member of a gather of ${BATCH} ≤ ${MORE_FOR_A_MEMBER}`]:
      gathered - plain <= MORE_FOR_A_MEMBER + 0.005,
    "critical, singly ≤ 6": (of("critical, singly")?.sqs.total ?? 99) <= 6,
    "critical, in batches ≤ 4.5": (of("critical, in")?.sqs.total ?? 99) <= 4.5,
    "normal, singly ≤ 8": (of("normal, singly")?.sqs.total ?? 99) <= 8,
    "normal, in batches ≤ 6.5": (of("normal, in")?.sqs.total ?? 99) <= 6.5,
  };
}

async function singly({ forerun }: Bench, priority: number): Promise<void> {
  for (let count = 0; count < SINGLE; count += 1) {
    await forerun.submit("echo", { value: count }, { priority }).result();
  }
}

async function batches({ forerun }: Bench, priority: number, gather: boolean): Promise<void> {
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const calls = Array.from({ length: BATCH }, (_, value) =>
      task("echo", { value }, gather ? { priority } : { priority, id: randomUUID() }),
    );
    if (gather) {
      await forerun.gather(calls).result();
    } else {
      const handles = await forerun.submitBatch(calls);
      await Promise.all(handles.map((handle) => handle.result()));
    }
  }
}

/** What was asked for between two quiet moments. */
async function measure(
  { cloud }: Bench,
  how: string,
  tasks: number,
  apiCallsPerTask: number,
  run: () => Promise<void>,
): Promise<CostPerTask> {
  await quiet(cloud);
  const before = cloud.requests.snapshot();
  await run();
  await quiet(cloud);
  const entries = cloud.requests.since(before).entries.filter((entry) => !isOnTheSide(entry));
  const per = (value: number) => hundredth(value / tasks);
  const count = (purpose: Purpose) => per(sum(entries, (entry) => countOf(entry, purpose)));
  const sqs = {
    sends: count("sends"),
    hits: count("hits"),
    "empty probes": count("empty probes"),
    deletes: count("deletes"),
    visibility: count("visibility"),
    total: 0,
  };
  sqs.total = hundredth(Object.values(sqs).reduce((a, b) => a + b, 0));
  const writeUnits = per(sum(entries, (entry) => entry.writeUnits));
  const readUnits = per(sum(entries, (entry) => (isAwaiting(entry) ? 0 : entry.readUnits)));
  const dollars = {
    sqs: hundredth(sqs.total * PRICES.sqsRequest),
    dynamodb: hundredth(writeUnits * PRICES.writeUnit + readUnits * PRICES.readUnit),
    api: hundredth(apiCallsPerTask * PRICES.apiCall),
    lambda: hundredth((1 + apiCallsPerTask) * PRICES.invocation),
    total: 0,
  };
  dollars.total = hundredth(Object.values(dollars).reduce((a, b) => a + b, 0));
  const idlePolls = sum(entries, (entry) => (isMapping(entry) ? entry.empty : 0));
  return { how, sqs, writeUnits, readUnits, dollars, idlePolls };
}

function countOf(entry: LedgerEntry, purpose: Purpose): number {
  const { operation, requests: asked, empty } = entry;
  switch (purpose) {
    case "sends":
      return operation.startsWith("SendMessage") ? asked : 0;
    case "hits":
      return operation === "ReceiveMessage" ? asked - empty : 0;
    case "empty probes":
      return operation === "ReceiveMessage" && !isMapping(entry) ? empty : 0;
    case "deletes":
      return operation.startsWith("DeleteMessage") ? asked : 0;
    case "visibility":
      return operation.startsWith("ChangeMessageVisibility") ? asked : 0;
  }
}

function sum(entries: readonly LedgerEntry[], of: (entry: LedgerEntry) => number): number {
  return entries.reduce((total, entry) => total + of(entry), 0);
}
