/**
 * Scopes: which code of a coroutine awaits what. The body of a task group is one, whatever functions
 * it calls; code outside of any has none.
 */
import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<Scope | undefined>();

export class Scope {
  readonly #outer = Scope.current;
  /** Ends what is awaited in it. */
  readonly #interrupt: () => void;
  /** It is to be interrupted, and nothing that it awaited could be. */
  #isDue = false;

  constructor(interrupt: () => void) {
    this.#interrupt = interrupt;
  }

  /** That of the code that is running. */
  static get current(): Scope | undefined {
    return current.getStore();
  }

  /** Runs code that is in no scope, for all that it goes on to do. */
  static outside<T>(run: () => T): T {
    return current.run(undefined, run);
  }

  /** Runs code in it. */
  run<T>(code: () => T): T {
    return current.run(this, code);
  }

  /** Whether it is this scope, or one inside of it. */
  isWithin(scope: Scope): boolean {
    return this === scope || (this.#outer?.isWithin(scope) ?? false);
  }

  /** It is interrupted where it awaits next. */
  interruptNext(): void {
    this.#isDue = true;
  }

  /** Its code has begun to await: an interruption that is due comes now. */
  awaits(): void {
    if (this.#takeDue()) this.#interrupt();
    else this.#outer?.awaits();
  }

  /**
   * Its code is about to do something itself.
   * @returns whether an interruption was due, which comes instead
   */
  isInterrupted(): boolean {
    return this.#takeDue() || (this.#outer?.isInterrupted() ?? false);
  }

  /** What it did itself has ended by a cancellation: that was the interruption. */
  wasInterrupted(): void {
    this.#isDue = false;
    this.#outer?.wasInterrupted();
  }

  #takeDue(): boolean {
    const was = this.#isDue;
    this.#isDue = false;
    return was;
  }
}
