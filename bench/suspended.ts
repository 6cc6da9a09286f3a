/**
 * `npm run bench -- suspended`: a thousand coroutines await a promise each, on four slots. How long
 * until all are suspended, what do they hold then, and what does it take to wake one, and all?
 */
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Future, task } from "../client/index.ts";
import { type Interceptor, total } from "../local/index.ts";
import { type Bench, warmUp, withCloud } from "./cloud.ts";
import { lastSettled, readFutures } from "./futures.ts";
import { isAwaiting, isOnTheSide, quiet } from "./quiet.ts";
import { hundredth, spread, tenth } from "./statistics.ts";

const TASKS = fileURLToPath(new URL("./coroutineTasks.ts", import.meta.url));

const SLOTS = 4;
const COROUTINES = 1000;
/** Woken one after the other, each when nothing else goes on. */
const SINGLY = 10;
/** Ordinary tasks that run while all are suspended. */
const OTHERS = 20;
/** Callers that settle promises at the same time. */
const CALLERS = 8;
/** Milliseconds between two looks. */
const LOOK_MS = 100;

export async function suspended() {
  const permits = createPermitWatch();
  const interceptors = [permits.interceptor];
  return withCloud({ slots: SLOTS, tasks: TASKS, interceptors }, async (bench) => {
    const { cloud, forerun } = bench;
    await warmUp(bench, SLOTS);
    const begun = performance.now();
    const calls = Array.from({ length: COROUTINES }, () => task("waiting", null));
    const ids = (await forerun.submitBatch(calls)).map(({ id }) => id);
    await until(cloud.endpoint, ids, ({ state }) => state === "suspended");
    const seconds = tenth((performance.now() - begun) / 1000);
    await quiet(cloud);
    const held = await heldNow(bench);
    const others = await runOthers(bench);
    const [singly, rest] = [ids.slice(0, SINGLY), ids.slice(SINGLY)];
    return {
      slots: SLOTS,
      coroutines: COROUTINES,
      secondsUntilAllAreSuspended: seconds,
      whileSuspended: held,
      ordinaryTaskStartsAfterMs: others,
      wakingOne: await wakeSingly(bench, permits, singly),
      wakingAll: await wakeAll(bench, permits, rest),
    };
  });
}

/** What is at work, and the messages that stand for work. */
async function heldNow({ cloud, forerun }: Bench) {
  const bands = await forerun.bands.list();
  const messages = bands.map(({ ready, inFlight, delayed }) => ready + inFlight + delayed);
  const busy = cloud.functions.processes("worker").filter(({ state }) => state === "busy");
  return { busyProcesses: busy.length, messages: messages.reduce((sum, each) => sum + each, 0) };
}

/** Milliseconds from an ordinary task's submission to its start. */
async function runOthers({ forerun }: Bench) {
  const waits: number[] = [];
  for (let count = 0; count < OTHERS; count += 1) {
    const handle = await forerun.submit("echo", { value: count });
    await handle.result();
    const { createdAt, startedAt = "" } = await handle.get();
    waits.push(Date.parse(startedAt) - Date.parse(createdAt));
  }
  return spread(waits);
}

/**
 * Per coroutine, from the settling of what it awaits to its own, both included; but for the guard of
 * the caller's request, which is received a minute later.
 */
async function wakeSingly({ cloud, forerun }: Bench, permits: Permits, ids: readonly string[]) {
  await quiet(cloud);
  const [before, sent] = [cloud.requests.snapshot(), permits.sent()];
  const ms: number[] = [];
  for (const id of ids) {
    await promiseOf(forerun, id).settle("awake");
    await until(cloud.endpoint, [id], ({ state }) => state === "succeeded");
    const [future, promise] = await readFutures(cloud.endpoint, [id, awaitedBy(id)]);
    ms.push(lastSettled([future as Future]) - lastSettled([promise as Future]));
  }
  await quiet(cloud);
  const { at, entries } = cloud.requests.since(before);
  const ours = { at, entries: entries.filter((each) => !isAwaiting(each) && !isOnTheSide(each)) };
  const sqs = total(ours, { service: "sqs" });
  const { requests, writeUnits, readUnits } = total(ours, { service: "dynamodb" });
  const per = (value: number) => hundredth(value / ids.length);
  return {
    permits: per(permits.sent() - sent),
    sqsRequests: per(sqs.requests - sqs.empty),
    emptyReceives: per(sqs.empty),
    dynamodbRequests: per(requests),
    writeUnits: per(writeUnits),
    readUnits: per(readUnits),
    fromPromiseToEndMs: spread(ms),
  };
}

async function wakeAll({ cloud, forerun }: Bench, permits: Permits, ids: readonly string[]) {
  const sent = permits.sent();
  const begun = Date.now();
  await inLanes(ids, (id) => promiseOf(forerun, id).settle("awake"));
  const settledAll = Date.now();
  const all = await until(cloud.endpoint, ids, ({ state }) => state === "succeeded");
  return {
    coroutines: ids.length,
    permits: permits.sent() - sent,
    secondsToSettleThePromises: tenth((settledAll - begun) / 1000),
    secondsUntilAllHaveEnded: tenth((lastSettled(all) - begun) / 1000),
  };
}

/** Its one call. */
function awaitedBy(id: string): string {
  return `${id}.0`;
}

function promiseOf(forerun: Bench["forerun"], id: string) {
  return forerun.promiseOf(awaitedBy(id));
}

/** @returns the futures, once all are so */
async function until(
  endpoint: string,
  ids: readonly string[],
  isSo: (future: Future) => boolean,
): Promise<Future[]> {
  for (;;) {
    const futures = await readFutures(endpoint, ids);
    if (futures.every(isSo)) return futures;
    await delay(LOOK_MS);
  }
}

/** A few callers at a time. */
async function inLanes<T>(items: readonly T[], call: (item: T) => Promise<unknown>) {
  const left = items.values();
  const lane = async () => {
    for (const each of left) await call(each);
  };
  await Promise.all(Array.from({ length: CALLERS }, lane));
}

interface Permits {
  interceptor: Interceptor;
  sent(): number;
}

/** Counts the permits that are sent, one by one or in batches. */
function createPermitWatch(): Permits {
  let sent = 0;
  const interceptor: Interceptor = async (call, next) => {
    if (call.operation.startsWith("SendMessage") && call.resource.includes("Permits")) {
      sent += Array.isArray(call.body.Entries) ? call.body.Entries.length : 1;
    }
    return next(call);
  };
  return { interceptor, sent: () => sent };
}
