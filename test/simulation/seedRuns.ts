/**
 * The runs of many seeds, in the order of seeds however many threads there are.
 */
import { Worker } from "node:worker_threads";
import { runSeed, type SeedOptions, type SeedRun } from "./seedRun.ts";

export interface SeedsOptions extends SeedOptions {
  from: number;
  seeds: number;
  /** Seeds that are run at the same time, each in a thread. @default 1, in this thread */
  jobs?: number;
  /** Whether to begin no further seed. @default never */
  stops?: () => boolean;
}

const never = () => false;

/** Whoever stops reading ends the threads. */
export async function* seedRuns(options: SeedsOptions): AsyncGenerator<SeedRun> {
  const { from, seeds, jobs = 1, stops = never, sabotage, coroutines } = options;
  if (jobs > 1) return yield* inThreads(options, jobs);
  for (let seed = from; seed < from + seeds && !stops(); seed += 1) {
    yield await runSeed(seed, { sabotage, coroutines });
  }
}

async function* inThreads(options: SeedsOptions, jobs: number): AsyncGenerator<SeedRun> {
  const { from, seeds, stops = never, sabotage, coroutines } = options;
  const workerData: SeedOptions = { sabotage, coroutines };
  const file = new URL("./seedThread.ts", import.meta.url);
  const threads = Array.from(
    { length: Math.min(jobs, seeds) },
    () => new Worker(file, { workerData }),
  );
  const underWay = new Map<number, PromiseWithResolvers<SeedRun>>();
  let next = from;
  const send = (thread: Worker) => {
    if (next === from + seeds || stops()) return;
    const run = Promise.withResolvers<SeedRun>();
    // It is met where its turn comes, which may be later.
    run.promise.catch(() => {});
    underWay.set(next, run);
    thread.postMessage(next);
    next += 1;
  };
  try {
    for (const thread of threads) {
      thread.on("message", (run: SeedRun) => {
        underWay.get(run.seed)?.resolve(run);
        send(thread);
      });
      thread.on("error", (error) => {
        for (const each of underWay.values()) each.reject(error);
      });
      send(thread);
    }
    for (let seed = from; ; seed += 1) {
      const run = underWay.get(seed);
      if (!run) return;
      yield await run.promise;
      underWay.delete(seed);
    }
  } finally {
    await Promise.all(threads.map((each) => each.terminate()));
  }
}
