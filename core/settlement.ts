/**
 * The change that settles a future.
 */
import type { Config } from "./config.ts";
import { type ErrorRecord, type Frozen, type FutureRecord, isCall } from "./future.ts";
import type { Change } from "./ports.ts";
import type { Placed } from "./texts.ts";

const DAY_SECONDS = 86_400;

/**
 * Days that a record is kept beyond its settling while something may still need it: an aggregate
 * may watch it for up to a year, and records must not expire before what watches them.
 */
export const WATCHED_DAYS = 400;

export interface SettleOptions {
  /** Who settles, so that a lost answer can be told from a lost race. */
  token?: string;
  /** Something watches it, so it is kept for longer. @default false */
  watched?: boolean;
  /** An aggregate whose members have not all reported: it must withdraw from them. @default false */
  left?: boolean;
  /** Another than the task's own code ends it (strays.ts). @default false */
  strays?: boolean;
}

/** @param now milliseconds */
export function settlement(
  config: Config,
  outcome: Settled,
  now: number,
  { token, watched = false, left = false, strays = false }: SettleOptions = {},
): Change {
  return {
    set: {
      state: outcome.state,
      settledAt: now,
      expires: expiry(config, now, watched),
      ...(token === undefined ? {} : { token }),
      ...(left ? { left } : {}),
      ...(strays ? { strays } : {}),
      ...(outcome.state === "failed" ? { error: outcome.error } : {}),
      ...(outcome.state === "succeeded" && outcome.result ? resultFields(outcome.result) : {}),
      ...(outcome.state === "succeeded" && outcome.decided ? { decided: outcome.decided } : {}),
      ...(outcome.state === "succeeded" && outcome.decidedAt
        ? { decidedAt: outcome.decidedAt }
        : {}),
    },
    remove: ["leaseUntil"],
  };
}

/** How a record says where its result was placed. */
export function resultFields(
  placed: Placed,
): Pick<FutureRecord, "result" | "resultAt" | "resultObject"> {
  if ("inline" in placed) return { result: placed.inline };
  return "at" in placed ? { resultAt: placed.at } : { resultObject: placed.object };
}

/** An outcome ready to be stored: a result is given by where its text was placed. */
export type Settled =
  | { state: "succeeded"; result?: Placed; decided?: readonly number[]; decidedAt?: Frozen }
  | { state: "failed"; error: ErrorRecord }
  | { state: "cancelled" };

/** When a record that settles now may be deleted, in seconds since the epoch. */
export function expiry(config: Config, now: number, watched: boolean): number {
  const days = watched ? WATCHED_DAYS : config.retentionDays;
  return Math.ceil(now / 1000) + days * DAY_SECONDS;
}

/** The longest that a timeout or a delay may be: so long an aggregate may wait for its members. */
const LONGEST_WAIT_DAYS = 366;

/**
 * Whether a record that expires then (seconds) may be gone before an aggregate is settled that begins
 * now (milliseconds) to watch it.
 */
export function endsWithinWait(expires: number, now: number): boolean {
  return expires - now / 1000 < LONGEST_WAIT_DAYS * DAY_SECONDS;
}

/** Whether an aggregate or a coroutine may still need the record after it has settled. */
export function isWatched(record: FutureRecord): boolean {
  if (isCall(record)) return true;
  return (record.watchers?.length ?? 0) > 0 || record.overflow === true;
}

/** Whether a settled record that is watched would expire as if it were not. */
export function expiresTooEarly(record: FutureRecord): boolean {
  if (!isWatched(record) || record.expires === undefined) return false;
  return record.expires * 1000 - (record.settledAt ?? 0) < (WATCHED_DAYS - 1) * DAY_SECONDS * 1000;
}
