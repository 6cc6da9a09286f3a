/**
 * A thread that runs the seeds that it is sent, one after another.
 */
import { parentPort, workerData } from "node:worker_threads";
import { runSeed, type SeedOptions } from "./seedRun.ts";

parentPort?.on("message", async (seed: number) => {
  parentPort?.postMessage(await runSeed(seed, workerData as SeedOptions));
});
