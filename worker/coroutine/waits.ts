/**
 * What the code of a coroutine awaits, and what was delivered to it.
 */
import { type AwaitKey, awaitedId } from "../../core/journal.ts";
import type { Outcome } from "./outcome.ts";

export class Waits {
  readonly #task: string;
  readonly #onWait: () => void;
  /** In the order in which they were awaited first. */
  readonly #waiting = new Map<AwaitKey, PromiseWithResolvers<unknown>>();
  readonly #delivered = new Map<AwaitKey, Outcome>();
  #closed = false;

  /** @param onWait called when something is awaited that was not before */
  constructor(task: string, onWait: () => void) {
    this.#task = task;
    this.#onWait = onWait;
  }

  /** Resolves when it is delivered; what was delivered before gives the same at once. */
  await(key: AwaitKey): Promise<unknown> {
    if (this.#closed) return new Promise(() => {});
    const known = this.#delivered.get(key);
    if (known) return "value" in known ? Promise.resolve(known.value) : Promise.reject(known.error);
    const waiting = this.#waiting.get(key);
    if (waiting) return waiting.promise;
    const added = Promise.withResolvers<unknown>();
    // Whoever awaits it gets the error; that nobody does is no error of the process.
    added.promise.catch(() => undefined);
    this.#waiting.set(key, added);
    this.#onWait();
    return added.promise;
  }

  /** @param again whether a later await gets the same; not if only this await was cancelled */
  deliver(key: AwaitKey, outcome: Outcome, again: boolean): void {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (again) this.#delivered.set(key, outcome);
    if ("value" in outcome) waiting?.resolve(outcome.value);
    else waiting?.reject(outcome.error);
  }

  /** What it awaits does not come any more: the run is over. */
  close(): void {
    this.#closed = true;
  }

  /** Whether it has ever awaited anything. */
  get any(): boolean {
    return this.#delivered.size > 0 || this.#waiting.size > 0;
  }

  has(key: AwaitKey): boolean {
    return this.#waiting.has(key);
  }

  /** In the order in which they were awaited first. */
  get keys(): readonly AwaitKey[] {
    return [...this.#waiting.keys()];
  }

  get ids(): ReadonlySet<string> {
    return new Set(this.keys.map((key) => awaitedId(this.#task, key)));
  }
}
