/**
 * Everything that happened in a run, in order; kept as data, and put into words when someone asks.
 */
import type { FutureRecord } from "../../core/future.ts";
import type { SimulatedProcess } from "./process.ts";
import { BEGINNING, type World } from "./world.ts";

/**
 * A promise of docs/design.md by its number; 0: the code itself is broken. What coroutines add: their
 * replays see the same in the same order, a step's result is recorded once, wakes are neither lost
 * nor doubled, and what an urgent one awaits is as urgent.
 */
export type PromiseName =
  | (0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9)
  | ("replay" | "steps" | "wakes" | "inheritance");

export function namePromise(promise: PromiseName): string {
  return promise === 0 ? "the code" : `promise ${promise}`;
}

export interface Violation {
  promise: PromiseName;
  /** The future that it is about, or what else it is about. */
  id: string;
  what: string;
}

interface Entry {
  at: number;
  id: string;
  /** Who did it; absent: AWS, time, or a caller. */
  by: SimulatedProcess | undefined;
  what: string | FutureRecord;
  before?: FutureRecord | undefined;
}

export class History {
  readonly violations: Violation[] = [];
  private readonly entries: Entry[] = [];
  private processes = 0;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  note(id: string, what: string, by?: SimulatedProcess): void {
    this.entries.push({ at: this.world.now, id, by, what });
  }

  wrote(after: FutureRecord, before: FutureRecord | undefined, by?: SimulatedProcess): void {
    this.entries.push({ at: this.world.now, id: after.id, by, what: after, before });
  }

  /** Told once for what is found again and again. */
  violation(promise: PromiseName, id: string, what: string): void {
    const known = this.violations.some((each) => each.id === id && each.what === what);
    if (known) return;
    this.violations.push({ promise, id, what });
    this.note(id, `VIOLATION of ${namePromise(promise)}: ${what}`);
  }

  newProcess(): number {
    this.processes += 1;
    return this.processes;
  }

  processDied(process: SimulatedProcess, why: string): void {
    this.entries.push({
      at: this.world.now,
      id: `process ${process.number}`,
      by: process,
      what: `it dies: ${why}`,
    });
  }

  /**
   * What happened to some futures, line by line, with the deaths of the processes that had to do
   * with them.
   */
  timeline(ids: ReadonlySet<string>): string[] {
    const concerned = new Set(
      this.entries.filter(({ id }) => ids.has(id)).map(({ by }) => by && `process ${by.number}`),
    );
    return this.entries
      .filter(({ id }) => ids.has(id) || concerned.has(id))
      .map(({ at, id, by, what, before }) => {
        const seconds = ((at - BEGINNING) / 1000).toFixed(3).padStart(10);
        const who = by ? `${by.role} ${by.number}` : "";
        const text = typeof what === "string" ? what : describe(what, before);
        return `${seconds} s  ${who.padEnd(24)}  ${id.padEnd(16)}  ${text}`;
      });
  }
}

/** Fields that say what a write was about, if they have changed. */
const TELLING = [
  "turn",
  "attempts",
  "token",
  "priority",
  "cancel",
  "stopping",
  "sealed",
  "size",
  "watchers",
  "overflow",
  "due",
  "leaseUntil",
  "result",
  "error",
  "decided",
] as const satisfies readonly (keyof FutureRecord)[];

function describe(after: FutureRecord, before: FutureRecord | undefined): string {
  const state = before ? `${before.state} → ${after.state}` : `made, ${after.state}`;
  const changed = TELLING.filter((field) => !isSame(after[field], before?.[field])).map((field) => {
    const value = after[field];
    const time = typeof value === "number" && value > BEGINNING / 2;
    const text = time ? `${((value - BEGINNING) / 1000).toFixed(3)} s` : JSON.stringify(value);
    return `${field} ${cut(text ?? "none")}`;
  });
  return [state, ...changed].join(", ");
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
