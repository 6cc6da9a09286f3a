/**
 * What the code of a coroutine awaits, and what was delivered to it.
 */
import { type AwaitKey, awaitedId, guardKey } from "../../core/journal.ts";
import { CancelledError } from "../errors.ts";
import type { Outcome } from "./outcome.ts";
import { Scope } from "./scope.ts";

/** What is awaited in one scope; the same in another is cancelled, or not, by itself. */
interface Waiting extends PromiseWithResolvers<unknown> {
  scope: Scope | undefined;
  isStep: boolean;
}

export class Waits {
  readonly #task: string;
  readonly #onWait: () => void;
  /** In the order in which they were awaited first. */
  readonly #waiting = new Map<AwaitKey, Waiting[]>();
  readonly #delivered = new Map<AwaitKey, Outcome>();
  /** What is called when a future fails, by the keys of guards. */
  readonly #guards = new Map<AwaitKey, () => void>();
  /** Not to be delivered until it is known whether the await is cancelled. */
  readonly #held = new Set<AwaitKey>();
  #holds = 0;
  #closed = false;

  /** @param onWait called when something is awaited that was not before */
  constructor(task: string, onWait: () => void) {
    this.#task = task;
    this.#onWait = onWait;
  }

  /**
   * Resolves when it is delivered; what was delivered before gives the same at once.
   * @param isStep whether it is something that the coroutine does itself: only its signal can end that
   */
  await(key: AwaitKey, isStep: boolean): Promise<unknown> {
    if (this.#closed) return new Promise(() => {});
    const known = this.#delivered.get(key);
    if (known) return "value" in known ? Promise.resolve(known.value) : Promise.reject(known.error);
    const scope = Scope.current;
    const others = this.#waiting.get(key) ?? [];
    const waiting = others.find((each) => each.scope === scope);
    if (waiting) return waiting.promise;
    const added = { ...Promise.withResolvers<unknown>(), scope, isStep };
    // Whoever awaits it gets the error; that nobody does is no error of the process.
    added.promise.catch(() => undefined);
    this.#waiting.set(key, [...others, added]);
    this.#onWait();
    return added.promise;
  }

  /** @param again whether a later await gets the same; not if only this await was cancelled */
  deliver(key: AwaitKey, outcome: Outcome, again: boolean): void {
    const onFailure = this.#guards.get(key);
    if (onFailure) {
      this.#guards.delete(key);
      onFailure();
      return;
    }
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    if (again) this.#delivered.set(key, outcome);
    for (const each of waiting) {
      if ("value" in outcome) each.resolve(outcome.value);
      else each.reject(outcome.error);
      if (each.isStep && isCancelled(outcome)) each.scope?.wasInterrupted();
    }
  }

  /** Has a function called when a future fails, until `unguard` is called with it. */
  guard(key: AwaitKey, onFailure: () => void): void {
    if (!this.#closed) this.#guards.set(guardKey(key), onFailure);
  }

  unguard(key: AwaitKey): void {
    this.#guards.delete(guardKey(key));
  }

  /**
   * Puts off the delivery of what is awaited in a scope.
   * @returns what that is, the longest awaited first
   */
  hold(scope: Scope): { key: AwaitKey; isStep: boolean }[] {
    const held = [...this.#waiting].flatMap(([key, all]) => {
      const within = all.find((each) => each.scope?.isWithin(scope));
      return within && !this.#held.has(key) ? [{ key, isStep: within.isStep }] : [];
    });
    for (const { key } of held) this.#held.add(key);
    this.#holds += 1;
    return held;
  }

  release(held: readonly { key: AwaitKey }[]): void {
    for (const { key } of held) this.#held.delete(key);
    this.#holds -= 1;
    this.#onWait();
  }

  /** Whether a scope is being interrupted: whatever else is to be told comes after it. */
  get isHolding(): boolean {
    return this.#holds > 0;
  }

  /** Ends the await of a future in a scope; it may be awaited again, and is by others. */
  interrupt(key: AwaitKey, scope: Scope, error: Error): void {
    const all = this.#waiting.get(key) ?? [];
    const others = all.filter((each) => !each.scope?.isWithin(scope));
    if (others.length > 0) this.#waiting.set(key, others);
    else this.#waiting.delete(key);
    for (const each of all) if (!others.includes(each)) each.reject(error);
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
    return this.#waiting.has(key) || this.#guards.has(key);
  }

  /** What is awaited, in the order in which it was first. */
  get keys(): readonly AwaitKey[] {
    return [...this.#waiting.keys()].filter((key) => !this.#held.has(key));
  }

  /** The keys of guards. */
  get guards(): readonly AwaitKey[] {
    return [...this.#guards.keys()];
  }

  get ids(): ReadonlySet<string> {
    return this.#idsOf(this.keys);
  }

  get guardedIds(): ReadonlySet<string> {
    return this.#idsOf(this.guards);
  }

  #idsOf(keys: readonly AwaitKey[]): ReadonlySet<string> {
    return new Set(keys.map((key) => awaitedId(this.#task, key)));
  }
}

function isCancelled(outcome: Outcome): boolean {
  return "error" in outcome && outcome.error instanceof CancelledError;
}
