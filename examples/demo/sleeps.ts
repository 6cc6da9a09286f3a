/**
 * First part of the demo: the program that introductions to asyncio begin with.
 */
import { type Forerun, task } from "../../client/index.ts";
import { check, say, showCode } from "./narrate.ts";

/** One after the other they would take three seconds. */
const AT_MOST_SECONDS = 2.5;

async function threeSleeps(forerun: Forerun) {
  const sleeps = ["one", "two", "three"].map((value) =>
    task<string>("sleep", { milliseconds: 1000, value }),
  );
  return await forerun.gather(sleeps).result();
}

/**
 * Lambda starts processes when they are first needed, here as on AWS: that is done with before
 * anything is timed.
 */
export async function wakeWorkers(forerun: Forerun, slots: number): Promise<void> {
  const begun = performance.now();
  const naps = Array.from({ length: slots }, () => task("sleep", { milliseconds: 500 }));
  await forerun.gather(naps).result();
  say(`${slots} workers are awake after ${((performance.now() - begun) / 1000).toFixed(1)} s.`);
}

/** @param slots tasks that the deployment runs at the same time, as far as is known */
export async function showSleeps(forerun: Forerun, slots: number): Promise<void> {
  showCode(threeSleeps);
  const begun = performance.now();
  const results = await threeSleeps(forerun);
  const seconds = (performance.now() - begun) / 1000;
  const text = JSON.stringify(results).replaceAll(",", ", ");
  check(text === '["one", "two", "three"]', `The results are out of order: ${text}.`);
  say(`${text} after ${seconds.toFixed(2)} s, instead of three seconds one after the other.`);
  check(
    seconds < AT_MOST_SECONDS || slots < 3,
    `Three sleeps of a second took ${seconds.toFixed(1)} s: they did not run at the same time.`,
  );
}
