/**
 * A seeded source of chance (mulberry32), and what it hit.
 */
import { FAULT_KINDS, type FaultKind, type FaultRates, NO_FAULTS } from "./options.ts";

export class Dice {
  rates: Required<FaultRates> = NO_FAULTS;
  readonly counts: Record<FaultKind, number>;
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
    this.counts = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as Record<
      FaultKind,
      number
    >;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Whether this request, or this message, is hit; counts it if so. */
  hits(kind: FaultKind): boolean {
    if (this.next() >= this.rates[kind]) return false;
    this.counts[kind] += 1;
    return true;
  }
}
