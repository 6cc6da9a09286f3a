/**
 * What a worker tells of its work, for metrics, logs and traces. Nothing of it may fail or delay
 * a task.
 */
import type { Ended, Finished } from "../core/usecases/finishAttempt.ts";
import type { Dispatched } from "./dispatched.ts";

/** How an attempt ended; `lost`: another attempt holds the task now. */
export type Ending = "succeeded" | "failed" | "cancelled" | "retrying" | "suspended" | "lost";

export interface AttemptEnd {
  ending: Ending;
  /** From the claim to the end, effects included, in milliseconds. */
  runMs: number;
  /** Name of what the handler threw, if it did. */
  error?: string;
}

/** How an attempt ended, by how its handler ended and what was written of it. */
export function endingOf(how: Ended["how"], finished: Finished): Ending {
  if (finished !== "settled") return finished;
  if (how === "returned") return "succeeded";
  return how === "threw" ? "failed" : "cancelled";
}

export interface Telemetry {
  /** A task was claimed. `takenOver`: the worker that ran it before stopped without a word. */
  started(dispatched: Dispatched, takenOver: boolean): void;
  ended(dispatched: Dispatched, end: AttemptEnd): void;
  /** One dispatch from a band below the top was looked at again (overlooked.ts). */
  sampled(band: number, missed: boolean): void;
  /** A permit found nothing to run and was dropped. */
  surplus(): void;
  /** A permit was rung in place of one that must have been lost. */
  rang(): void;
  /** An invocation ends: what is still to be written is written now. */
  flush(): Promise<void>;
}

/** Tells nobody. */
export const SILENT: Telemetry = {
  started() {},
  ended() {},
  sampled() {},
  surplus() {},
  rang() {},
  async flush() {},
};

/** Tells all of them. */
export function tellAll(listeners: readonly Telemetry[]): Telemetry {
  return {
    started: (dispatched, takenOver) => {
      for (const each of listeners) each.started(dispatched, takenOver);
    },
    ended: (dispatched, end) => {
      for (const each of listeners) each.ended(dispatched, end);
    },
    sampled: (band, missed) => {
      for (const each of listeners) each.sampled(band, missed);
    },
    surplus: () => {
      for (const each of listeners) each.surplus();
    },
    rang: () => {
      for (const each of listeners) each.rang();
    },
    flush: async () => {
      await Promise.all(listeners.map((each) => each.flush()));
    },
  };
}
