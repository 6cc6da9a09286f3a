/**
 * A worker's telemetry as metrics.
 */
import type { Band } from "../../core/bands.ts";
import type { BandMetric } from "../../core/metrics.ts";
import type { Clock } from "../../core/ports.ts";
import type { Ending, Telemetry } from "../../worker/telemetry.ts";
import type { Emf } from "./emf.ts";

/**
 * Values are written at the end of an invocation, or after so many milliseconds: a task may run for
 * minutes, and how long it waited must be known before. It is also all that a killed process loses.
 */
const FLUSH_AFTER_MS = 5000;

const OF_ENDING: Record<Ending, BandMetric> = {
  succeeded: "Succeeded",
  failed: "Failed",
  cancelled: "Cancelled",
  retrying: "Retries",
  suspended: "Suspended",
  lost: "Lost",
};

export function metricsTelemetry(
  emf: Emf,
  bands: readonly Band[],
  clock: Pick<Clock, "now" | "after">,
): Telemetry {
  const nameOf = (band: number) => bands[band]?.name ?? String(band);
  let cancel: (() => void) | undefined;
  const flush = () => {
    cancel?.();
    cancel = undefined;
    emf.flush();
  };
  const flushLater = () => {
    cancel ??= clock.after(FLUSH_AFTER_MS, flush);
  };
  return {
    started({ task, band, readySince }, takenOver) {
      const name = nameOf(band);
      emf.band(name, "Starts");
      // The wait after a crash is that for the lease, and would hide how long tasks queue.
      if (takenOver) emf.band(name, "Lost");
      else emf.band(name, "QueueWait", Math.max(0, (task.startedAt ?? readySince) - readySince));
      flushLater();
    },
    ended({ band }, { ending, runMs }) {
      emf.band(nameOf(band), OF_ENDING[ending]);
      emf.band(nameOf(band), "RunTime", runMs);
      flushLater();
    },
    sampled(band, missed) {
      emf.band(nameOf(band), "Inversions", missed ? 1 : 0);
      flushLater();
    },
    surplus() {
      emf.count("SurplusPermits");
      flushLater();
    },
    rang() {
      emf.count("RungBySlots");
      flushLater();
    },
    async flush() {
      flush();
    },
  };
}
