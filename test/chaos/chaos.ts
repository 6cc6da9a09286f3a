/**
 * A run: load and damage side by side, then peace, a drain, and the judgement. Long runs are cut into
 * rounds, so that what is judged can be forgotten.
 */
import { ALWAYS } from "./agent.ts";
import { Deployment } from "./deployment.ts";
import { type Sample, trendsOf } from "./memory.ts";
import { type ChaosOptions, type ChaosReport, newReport } from "./report.ts";
import { Round } from "./round.ts";

const ROUND_MINUTES = 10;
/** Between the seeds of two rounds: each has several in between. */
const SEEDS = 1000;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, slots, minutes, restarts, enough, onProgress } = options;
  const begun = Date.now();
  const report = newReport(seed);
  const samples: Sample[] = [];
  onProgress("synthesizing the stack and starting the cloud …");
  const deployment = await Deployment.start({ slots, seed, rates: ALWAYS });
  try {
    const rounds = Math.ceil(minutes / ROUND_MINUTES);
    for (let round = 0; round < rounds && !enough.aborted; round += 1) {
      await new Round(deployment, report, samples, {
        ...options,
        seed: seed + round * SEEDS,
        minutes: minutes / rounds,
        tasks: Math.ceil(options.tasks / rounds),
        restarts: share(restarts, rounds, round),
      }).run();
      if (report.violations.length > 0) break;
    }
  } finally {
    await deployment.stop();
  }
  report.seconds = Math.round((Date.now() - begun) / 1000);
  report.trends = trendsOf(samples);
  return report;
}

/** So many in all rounds together, in whole numbers. */
function share(all: number, rounds: number, round: number): number {
  return Math.floor((all * (round + 1)) / rounds) - Math.floor((all * round) / rounds);
}
