/**
 * The time of a timer or a promise has come.
 */
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { isWatched, type Settled, settlement } from "../settlement.ts";

export async function expire(ports: Ports, record: FutureRecord): Promise<readonly FutureRecord[]> {
  // A timer's result was stored when it was made.
  const outcome: Settled =
    record.kind === "timer"
      ? { state: "succeeded" }
      : {
          state: "failed",
          error: { name: "TimeoutError", message: "Nobody settled the promise in time." },
        };
  const change = settlement(ports.config, outcome, ports.clock.now(), {
    watched: isWatched(record),
  });
  const written = await ports.store.update(record.id, { states: ["pending"] }, change);
  return written.record ? [written.record] : [];
}
