/**
 * What happened to every future, and the promises that each single write must keep.
 */
import { isDeepStrictEqual } from "node:util";
import { type FutureRecord, isTerminal, TRANSITIONS } from "../../../core/future.ts";

/** Tells the time of what is being read (milliseconds since the epoch). */
export interface Clock {
  readonly now: number;
}

export interface Entry {
  at: number;
  what: string;
}

/** Fields of an outcome: they never change once the future has settled. */
const OUTCOME = ["state", "result", "resultAt", "error", "decided", "settledAt"] as const;

/** Leases allow for two seconds between clocks; here all go by one, and the rest is room. */
const CLOCKS_MS = 1000;

export class History {
  readonly violations: string[] = [];
  readonly claims = new Map<string, number>();
  readonly starts = new Map<string, number>();
  private readonly entries = new Map<string, Entry[]>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  note(id: string, what: string): void {
    const entries = this.entries.get(id) ?? [];
    this.entries.set(id, entries);
    entries.push({ at: this.clock.now, what });
  }

  violation(promise: number, id: string, what: string): void {
    this.violations.push(`promise ${promise}: ${id}: ${what}`);
    this.note(id, `VIOLATION of promise ${promise}: ${what}`);
  }

  started(id: string, attempt: number): void {
    this.starts.set(id, (this.starts.get(id) ?? 0) + 1);
    this.note(id, `the handler starts, attempt ${attempt}`);
  }

  /** Judges a write of a future. */
  wrote(after: FutureRecord, before: FutureRecord | undefined): void {
    const { id } = after;
    this.note(id, `${before?.state ?? "(new)"} → ${after.state}${described(after)}`);
    if (!before) return;
    if (before.state !== after.state && !TRANSITIONS[before.state].includes(after.state)) {
      this.violation(2, id, `${before.state} became ${after.state}`);
    }
    if (isTerminal(before)) {
      for (const field of OUTCOME) {
        if (!isDeepStrictEqual(before[field], after[field])) {
          this.violation(2, id, `${field} changed after it had settled`);
        }
      }
    }
    if (after.attempts > before.attempts) this.claimed(after, before);
    if (before.state === "running" && after.state !== "running") this.left(after, before);
  }

  /** @param start of the run, in milliseconds */
  timeline(id: string, start: number): string[] {
    return (this.entries.get(id) ?? []).map(({ at, what }) => {
      const seconds = ((at - start) / 1000).toFixed(3);
      return `${seconds.padStart(10)} s  ${what}`;
    });
  }

  private claimed(after: FutureRecord, before: FutureRecord): void {
    this.claims.set(after.id, (this.claims.get(after.id) ?? 0) + 1);
    if (before.state === "running") this.mustBeOver(before);
    if (after.token === before.token) this.violation(3, after.id, "a claim without a new lease");
  }

  /** A running task was settled or made pending: by its holder, or after the lease. */
  private left(after: FutureRecord, before: FutureRecord): void {
    if (after.token !== before.token) this.mustBeOver(before);
  }

  private mustBeOver(before: FutureRecord): void {
    if ((before.leaseUntil ?? 0) >= this.clock.now + CLOCKS_MS) {
      this.violation(3, before.id, "a living lease was broken");
    }
  }
}

function described({ turn, attempts, token, priority, cancel }: FutureRecord): string {
  const parts = [`turn ${turn}`, `attempts ${attempts}`];
  if (priority !== undefined) parts.push(`priority ${priority}`);
  if (token) parts.push(`token ${token}`);
  if (cancel) parts.push("cancel requested");
  return ` (${parts.join(", ")})`;
}
