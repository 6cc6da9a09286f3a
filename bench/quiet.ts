/**
 * Whose requests they are, and how to tell that a measurement's have all been made.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { LedgerEntry } from "../local/index.ts";
import type { Bench } from "./cloud.ts";

/** So long without a request (milliseconds), and nothing goes on. */
const QUIET_MS = 2500;

/** Event source mappings poll, whatever is there. */
export function isMapping({ caller }: LedgerEntry): boolean {
  return caller.endsWith("-mapping");
}

/** Awaiting a result is the caller's wish, not the task's cost: its reads are left out. */
export function isAwaiting({ caller }: LedgerEntry): boolean {
  return caller.toLowerCase().includes("wait");
}

/** The sweeper works by the minute, whatever runs; an operator's requests are the bench's own. */
export function isOnTheSide({ caller }: LedgerEntry): boolean {
  return caller === "operator" || caller.toLowerCase().includes("sweeper");
}

/** Waits until nothing but long polls goes on: surplus permits are part of what tasks cost. */
export async function quiet(cloud: Bench["cloud"]): Promise<void> {
  const workers = () =>
    cloud.requests
      .snapshot()
      .entries.filter((entry) => !isMapping(entry) && !isOnTheSide(entry))
      .reduce((total, entry) => total + entry.requests, 0);
  let last = -1;
  while (workers() !== last) {
    last = workers();
    await delay(QUIET_MS);
  }
}
