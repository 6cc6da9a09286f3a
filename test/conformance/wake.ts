/**
 * Starts the processes of the embedded cloud before anything is played: a start takes a second or
 * more, and asyncio has nothing like it.
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Forerun, type FutureHandle, task } from "../../client/index.ts";
import type { Cloud } from "../../local/index.ts";
import { body, nap } from "./tasks.ts";

/** Processes of each function that many scenarios at once make use of. */
const WANTED = { Api: 5, Settler: 5, Wait: 4 } as const;

/** More calls at a time than processes, so that one is always missing. */
const CALLERS = 6;

/** Milliseconds after which it begins all the same. */
const PATIENCE_MS = 90_000;

export async function wake(cloud: Cloud, forerun: Forerun, slots: number): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  const missing = () =>
    Object.entries(WANTED).some(([name, count]) => cloud.functions.processes(name).length < count);
  await Promise.all([
    wakeWorkers(forerun, slots, end),
    ...Array.from({ length: CALLERS }, async () => {
      while (missing() && Date.now() < end) await callAll(forerun);
    }),
  ]);
}

/** A timer's last second is waited for by the settler, and the timer by whoever reads it. */
async function callAll(forerun: Forerun): Promise<void> {
  await forerun.timer(0.7).result();
}

async function wakeWorkers(forerun: Forerun, slots: number, end: number): Promise<void> {
  const naps = await forerun.submitBatch(Array.from({ length: slots }, () => task(nap, null)));
  for (const handle of naps) {
    while (!(await hasBegun(handle)) && Date.now() < end) await delay(500);
  }
  await Promise.all(naps.map((handle) => handle.cancel()));
  await settled(naps);
  // The first task of a kind takes longer than those that follow.
  const input = { milliseconds: 300, onCancel: "stop" } as const;
  const short = Array.from({ length: slots }, () => task(body, input));
  await settled(await forerun.submitBatch(short));
}

async function hasBegun(handle: FutureHandle): Promise<boolean> {
  return (await handle.state()) !== "pending";
}

async function settled(handles: readonly FutureHandle[]): Promise<void> {
  await Promise.allSettled(handles.map((handle) => handle.exception()));
}
