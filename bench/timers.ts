/**
 * `npm run bench -- timers`: how late are timers, time limits of waits, and delayed tasks?
 */
import type { Forerun } from "../client/index.ts";
import { warmUp, withCloud } from "./cloud.ts";
import { spread, tenth } from "./statistics.ts";

const SLOTS = 4;
const ROUNDS = 10;
const DELAYS = [0.1, 0.3, 0.5, 1, 1.6, 2.2, 3];

export async function timers() {
  return withCloud({ slots: SLOTS }, async (bench) => {
    await warmUp(bench, SLOTS);
    const { forerun } = bench;
    return {
      rounds: ROUNDS,
      lateness: [
        { what: "timer", ...(await measure((delay) => timer(forerun, delay))) },
        { what: "time limit of a wait", ...(await measure((delay) => limit(forerun, delay))) },
        { what: "start of a delayed task", ...(await measure((delay) => delayed(forerun, delay))) },
      ],
    };
  });
}

/** Milliseconds by which things come late, over all delays. */
async function measure(lateness: (delay: number) => Promise<number>) {
  const late: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    late.push(...(await Promise.all(DELAYS.map(lateness))));
  }
  return { ...spread(late), max: tenth(Math.max(...late)), earliest: tenth(Math.min(...late)) };
}

async function timer(forerun: Forerun, delay: number): Promise<number> {
  const handle = await forerun.timer(delay);
  await handle.result();
  const { createdAt, settledAt = "" } = await handle.get();
  return Date.parse(settledAt) - Date.parse(createdAt) - delay * 1000;
}

async function limit(forerun: Forerun, delay: number): Promise<number> {
  const handle = await forerun.wait([await forerun.promise()], { timeoutSeconds: delay });
  await handle.result();
  const { createdAt, settledAt = "" } = await handle.get();
  return Date.parse(settledAt) - Date.parse(createdAt) - delay * 1000;
}

async function delayed(forerun: Forerun, delay: number): Promise<number> {
  const handle = await forerun.submit("echo", { value: 1 }, { delaySeconds: delay, priority: 0 });
  await handle.result();
  const { createdAt, startedAt = "" } = await handle.get();
  return Date.parse(startedAt) - Date.parse(createdAt) - delay * 1000;
}
