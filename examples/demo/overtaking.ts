/**
 * Second part of the demo: urgent tasks overtake a backlog.
 */
import { type Forerun, type FutureHandle, task } from "../../client/index.ts";
import { check, say, showCode, showLines } from "./narrate.ts";
import { Progress } from "./progress.ts";
import { printTimeline, type Run, toRun } from "./timeline.ts";

const LOW = 40;
const CRITICAL = 8;
/** The critical ones come once so many of the others have run. */
const HEAD_START = 8;
/** A slot that had looked into the critical queue just before they came may still start another. */
const CHOOSING_MS = 100;

function submitSleeps(forerun: Forerun, count: number, priority: number) {
  const sleeps = Array.from({ length: count }, () =>
    task("sleep", { milliseconds: 150 }, { priority }),
  );
  return forerun.submitBatch(sleeps);
}

export async function showOvertaking(forerun: Forerun): Promise<void> {
  showCode(submitSleeps);
  showLines(
    `const low = await submitSleeps(forerun, ${LOW}, 10);
// … and once ${HEAD_START} of them have run:
const critical = await submitSleeps(forerun, ${CRITICAL}, 1);`,
  );
  const progress = new Progress();
  const low = await submitSleeps(forerun, LOW, 10);
  const lowResults = resultsOf(low);
  progress.add("low", lowResults);
  await settled(lowResults, HEAD_START);

  const asked = Date.now();
  const critical = await submitSleeps(forerun, CRITICAL, 1);
  const answeredIn = Date.now() - asked;
  const criticalResults = resultsOf(critical);
  progress.add("critical", criticalResults);
  await Promise.all([...lowResults, ...criticalResults]);
  progress.end();

  const lowRuns = await runsOf(low);
  const criticalRuns = await runsOf(critical);
  printTimeline([...lowRuns, ...criticalRuns]);
  judge(lowRuns, criticalRuns, answeredIn);
}

/** @param answeredIn milliseconds that the submission of the critical ones took */
function judge(low: readonly Run[], critical: readonly Run[], answeredIn: number): void {
  const came = Math.min(...critical.map((run) => run.createdAt));
  const lastStarted = Math.max(...critical.map((run) => run.startedAt));
  const waiting = low.filter((run) => run.startedAt > came);
  const overtaken = waiting.filter((run) => run.startedAt >= lastStarted);
  const chosenBefore = came + answeredIn + CHOOSING_MS;
  const wrong = waiting.filter(
    (run) => run.startedAt > chosenBefore && run.startedAt < lastStarted,
  );
  check(
    wrong.length === 0,
    `${wrong.length} low tasks started before critical ones that were waiting.`,
  );
  const others = waiting.length - overtaken.length;
  const rest = others > 0 ? `; ${others} had been chosen by a free slot just before` : "";
  say(
    `${critical.length} critical tasks came while ${waiting.length} low ones were waiting, ` +
      `and overtook ${overtaken.length} of them${rest}.`,
  );
}

function resultsOf(handles: readonly FutureHandle[]): Promise<unknown>[] {
  return handles.map((handle) => handle.result({ timeoutSeconds: 120 }));
}

function runsOf(handles: readonly FutureHandle[]): Promise<Run[]> {
  return Promise.all(handles.map(async (handle) => toRun(await handle.get())));
}

/** Resolves when so many have succeeded, rejects with the first that fails. */
function settled(results: readonly Promise<unknown>[], count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = count;
    for (const result of results) result.then(() => --left === 0 && resolve(), reject);
  });
}
