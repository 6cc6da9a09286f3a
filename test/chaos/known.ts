/**
 * What the callers know of the futures that they made.
 */
import type { FutureRecord } from "../../core/future.ts";
import type { Random } from "../simulation/random.ts";
import type { Behaviour } from "../support/behaviour.ts";

/** What a caller knows of a future. */
export interface Known {
  id: string;
  kind: FutureRecord["kind"];
  behaviour?: Behaviour;
  /** It was answered 2xx, so it must settle (promise 1). */
  accepted: boolean;
  cancelRequested: boolean;
  settled: boolean;
  /** It is being filled: it can be no member of another aggregate. */
  open?: boolean;
}

export class KnownFutures {
  readonly all = new Map<string, Known>();
  /** Accepted, and not settled by all that was written. */
  readonly open = new Set<string>();
  /** Members by the aggregate's id. */
  readonly #members = new Map<string, readonly string[]>();
  /** In the order in which they were made, to choose from. */
  readonly #ids: string[] = [];

  learn(id: string, kind: Known["kind"], behaviour?: Behaviour): Known {
    const known: Known = {
      ...{ id, kind, accepted: false, cancelRequested: false, settled: false },
      ...(behaviour ? { behaviour } : {}),
    };
    this.all.set(id, known);
    this.#ids.push(id);
    return known;
  }

  gather(id: string, members: readonly string[]): void {
    this.#members.set(id, members);
  }

  accept(known: Known): void {
    known.accepted = true;
    if (!known.settled) this.open.add(known.id);
  }

  settle(id: string): void {
    const known = this.all.get(id);
    if (known) known.settled = true;
    this.open.delete(id);
  }

  /** Accepted futures, mostly young ones, each once. */
  some(count: number, random: Random): Known[] {
    const found = new Set<Known>();
    for (let tries = 0; tries < count * 4 && found.size < count; tries += 1) {
      const back = Math.floor(random.next() ** 3 * this.#ids.length);
      const known = this.all.get(this.#ids[this.#ids.length - 1 - back] ?? "");
      if (known?.accepted && !known.open) found.add(known);
    }
    return [...found];
  }

  /** It may be cancelled from now on, and whatever stands below it. */
  mayBeCancelled(id: string): void {
    const known = this.all.get(id);
    if (known) known.cancelRequested = true;
    for (const member of this.#members.get(id) ?? []) this.mayBeCancelled(member);
  }
}
