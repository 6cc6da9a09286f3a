/**
 * Promises 2 and 3, judged at every single write: what has settled does not change, and only who
 * holds a task's lease, or finds it over, ends its attempt.
 */
import { type FutureRecord, isTerminal, TRANSITIONS } from "../../../core/future.ts";
import type { Environment } from "../environment.ts";
import type { SimulatedProcess } from "../process.ts";

/** Fields of an outcome: they never change once the future has settled. */
const OUTCOME = ["state", "result", "resultAt", "error", "decided", "settledAt"] as const;

/** Processes' clocks differ by a second at most, and leases allow for two. */
const CLOCKS_MS = 1000;

export class WriteJudge {
  /** Which process holds the lease with that token. */
  private readonly holders = new Map<string, SimulatedProcess | undefined>();
  /** Attempts that were begun, by task. */
  readonly claims = new Map<string, number>();
  private readonly env: Environment;

  constructor(env: Environment) {
    this.env = env;
  }

  wrote(after: FutureRecord, before: FutureRecord | undefined): void {
    if (!before) return;
    const { history } = this.env;
    const { id } = after;
    if (before.state !== after.state && !TRANSITIONS[before.state].includes(after.state)) {
      history.violation(2, id, `${before.state} became ${after.state}`);
    }
    if (isTerminal(before)) {
      for (const field of OUTCOME) {
        if (!isEqual(before[field], after[field])) {
          history.violation(2, id, `${field} changed after it had settled`);
        }
      }
    }
    // A step that was begun holds no lease: whoever goes on with its task may end it.
    if (after.kind === "step") return;
    if (after.attempts > before.attempts) this.claimed(after, before);
    else if (before.state === "running" && after.state !== "running") this.left(after, before);
    if (after.turn < before.turn) history.violation(4, id, "its turn fell");
  }

  private claimed(after: FutureRecord, before: FutureRecord): void {
    this.claims.set(after.id, (this.claims.get(after.id) ?? 0) + 1);
    this.holders.set(`${after.id} ${after.token}`, this.env.acting);
    if (before.state === "running") this.mustBeOver(before);
    if (after.token === before.token) {
      this.env.history.violation(3, after.id, "a claim without a new lease");
    }
  }

  /** A running task was settled or made pending: by its holder, or after the lease. */
  private left(after: FutureRecord, before: FutureRecord): void {
    const holder = this.holders.get(`${before.id} ${before.token}`);
    const own = after.token === before.token;
    if (own && holder === this.env.acting) return;
    this.mustBeOver(before);
    if (own) {
      this.env.history.violation(3, after.id, "an attempt that had lost its lease ended it");
    }
  }

  private mustBeOver(before: FutureRecord): void {
    if ((before.leaseUntil ?? 0) >= this.env.world.now + CLOCKS_MS) {
      this.env.history.violation(3, before.id, "a living lease was broken");
    }
  }
}

export function isEqual(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
