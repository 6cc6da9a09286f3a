/**
 * What the simulated callers know of the futures that they have made.
 */
import type { FutureRecord } from "../../../core/future.ts";
import type { Behaviour } from "../../support/behaviour.ts";
import type { Program } from "./programs.ts";

export interface Known {
  id: string;
  kind: FutureRecord["kind"];
  /** Of a task whose handler is `work`. */
  behaviour?: Behaviour;
  /** Of a task that is a coroutine. */
  program?: Program;
  /** A program may wait for it, and so cancel it and lend it its priority. */
  awaitable?: boolean;
  /** Priorities that it may rightly be dispatched with. */
  priorities: number[];
  /** The pool that runs it, unless it is the default one. */
  pool?: string;
  /** An event is to be published when it has settled. */
  notify?: boolean;
  /** It was answered 2xx, so it must settle (promise 1). */
  accepted: boolean;
  /** Somebody may have asked for its cancellation, itself or through what stands above it. */
  cancelRequested: boolean;
  settled: boolean;
  /** It is being filled: it can be no member of another aggregate. */
  open?: boolean;
  /** Its submission was refused, and none of it was there: it must never be. */
  heldBack?: boolean;
  /** The call that added it to an open aggregate was answered 2xx: it must settle as well. */
  taken?: boolean;
  /** A caller has moved it. */
  moved?: boolean;
  /** It awaits what awaits it: one of them fails for it. */
  inCircle?: boolean;
  /** Members of an aggregate that a program made. */
  members?: readonly string[];
  /** What a reader was shown as its outcome, as JSON. */
  shown?: string;
}

export type NewKnown = Omit<Known, "accepted" | "cancelRequested" | "settled" | "shown">;

export class KnownFutures {
  readonly byId = new Map<string, Known>();
  /** Priorities that aggregates were moved to, and so anything that may stand below them. */
  readonly moved: number[] = [];
  /** Ids of what runs of programs stored after their attempts had ended: it belongs to no journal. */
  readonly late = new Set<string>();
  private readonly accepted: Known[] = [];
  private left = 0;
  private readonly counts = new Map<string, number>();
  private readonly waiting = new Map<string, (() => void)[]>();
  /** Programs that made a future, or may await it. */
  private readonly above = new Map<string, Set<string>>();

  /** Futures that must settle and have not. */
  unsettled(): number {
    return this.left;
  }

  all(): readonly Known[] {
    return this.accepted;
  }

  newId(kind: string): string {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return `${kind}-${count}`;
  }

  learn(known: NewKnown): Known {
    const full = { ...known, accepted: false, cancelRequested: false, settled: false };
    this.byId.set(known.id, full);
    return full;
  }

  accept(known: Known): void {
    if (known.accepted) return;
    known.accepted = true;
    this.accepted.push(known);
    if (!known.settled && !known.taken) this.left += 1;
  }

  /** The same of a member of an aggregate that is open: nothing else is done with it yet. */
  take(known: Known): void {
    if (known.taken || known.accepted) return;
    known.taken = true;
    if (!known.settled) this.left += 1;
  }

  settle(id: string): void {
    const known = this.byId.get(id);
    if (!known || known.settled) return;
    known.settled = true;
    if (known.accepted || known.taken) this.left -= 1;
    for (const tell of this.waiting.get(id) ?? []) tell();
    this.waiting.delete(id);
  }

  /** Resolves in the moment in which the table takes it as settled. */
  whenSettled({ id, settled }: Known): Promise<void> {
    if (settled) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.set(id, [...(this.waiting.get(id) ?? []), resolve]);
    });
  }

  /** Notes that the program made the future or may await it: it lends and cancels. */
  putUnder(id: string, program: string): void {
    const above = this.above.get(id);
    if (above) above.add(program);
    else this.above.set(id, new Set([program]));
  }

  /** Whether a cancellation may have reached it, be it through the programs above it. */
  mayBeCancelled(id: string): boolean {
    return this.withAbove(id).some((each) => this.byId.get(each)?.cancelRequested);
  }

  /** Priorities that it may rightly have: its own ones, those of programs above it, and moves. */
  prioritiesOf(id: string): readonly number[] {
    const own = this.withAbove(id).flatMap((each) => this.byId.get(each)?.priorities ?? []);
    return [...own, ...this.moved];
  }

  private withAbove(id: string): string[] {
    const all = new Set([id]);
    // A set visits what is added while it is being visited.
    for (const each of all) for (const above of this.above.get(each) ?? []) all.add(above);
    return [...all];
  }

  /**
   * Notes that a cancellation may reach it. What a cancelled aggregate reaches is not followed here:
   * it may be anything.
   * @param below whether the members that were born with it are meant as well
   */
  requestCancel(id: string, below = false): void {
    const target = this.byId.get(id);
    const reaches = target && target.kind !== "task" && target.kind !== "promise";
    for (const each of this.byId.values()) {
      if (each.id === id || reaches || (below && each.id.startsWith(`${id}.`))) {
        each.cancelRequested = true;
      }
    }
  }
}
