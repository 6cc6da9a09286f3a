/**
 * Who awaits which future, in this process.
 */
import type { Future } from "../core/wire.ts";

interface Waiter {
  resolve: (future: Future) => void;
  reject: (reason: unknown) => void;
}

export class Waiting {
  readonly #waiters = new Map<string, Set<Waiter>>();

  /** Futures that someone awaits. */
  get size(): number {
    return this.#waiters.size;
  }

  has(id: string): boolean {
    return this.#waiters.has(id);
  }

  /**
   * @param onLeft called when the last who awaited it has gone by the signal
   * @returns the settled future to come, and whether nobody awaited it before
   */
  add(id: string, signal: AbortSignal | undefined, onLeft: () => void) {
    const others = this.#waiters.get(id);
    const waiters = others ?? new Set<Waiter>();
    if (!others) this.#waiters.set(id, waiters);
    const promise = new Promise<Future>((resolve, reject) => {
      const leave = () => {
        waiters.delete(waiter);
        if (waiters.size === 0 && this.#waiters.get(id) === waiters) {
          this.#waiters.delete(id);
          onLeft();
        }
        reject(signal?.reason);
      };
      const done = () => signal?.removeEventListener("abort", leave);
      const waiter: Waiter = {
        resolve: (future) => {
          done();
          resolve(future);
        },
        reject: (reason) => {
          done();
          reject(reason);
        },
      };
      waiters.add(waiter);
      if (signal?.aborted) leave();
      else signal?.addEventListener("abort", leave, { once: true });
    });
    return { promise, isFirst: !others && this.has(id) };
  }

  resolve(id: string, future: Future): void {
    for (const waiter of this.#remove(id)) waiter.resolve(future);
  }

  reject(id: string, reason: unknown): void {
    for (const waiter of this.#remove(id)) waiter.reject(reason);
  }

  #remove(id: string): Iterable<Waiter> {
    const waiters = this.#waiters.get(id) ?? [];
    this.#waiters.delete(id);
    return waiters;
  }
}
