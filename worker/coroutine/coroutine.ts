/**
 * Runs a handler that awaits: replays what its journal tells, makes what it calls for the first time,
 * delivers what has settled, and suspends the task when nothing is left to deliver.
 *
 * The handler's code runs between two looks of `run`: one thing is delivered, then all that can go on
 * goes on, and only when it has come to rest is the next thing delivered. So a replay that delivers in
 * the same order makes the same calls. At rest means that no promise can go on without us: whoever
 * waits for something that is not of `ctx` must do so in a step.
 */
import {
  type AwaitKey,
  awaitedId,
  awaitKey,
  callId,
  MAX_AWAITS,
  MAX_GUARDS,
} from "../../core/journal.ts";
import type { Ports } from "../../core/ports.ts";
import type { Leased } from "../../core/usecases/claim.ts";
import { continueAs } from "../../core/usecases/continueAs.ts";
import type { Wanted } from "../../core/usecases/makeCalls.ts";
import { suspend } from "../../core/usecases/suspend.ts";
import { LimitExceededError } from "../errors.ts";
import { Bell } from "./bell.ts";
import { earlyCall, earlyEnd, otherWait, type Place } from "./divergence.ts";
import { describeForeignWait } from "./foreignWait.ts";
import { Journal, readJournal } from "./journal.ts";
import { Ledger } from "./ledger.ts";
import { passOnCancel } from "./passOnCancel.ts";
import { Progress } from "./progress.ts";
import { findReady, openGuards } from "./ready.ts";
import { Waits } from "./waits.ts";

/** How a run of the handler ended. */
export type RunEnd =
  | { how: "returned"; output: unknown }
  | { how: "threw"; thrown: unknown }
  /** The task waits, or goes on anew: its message may be deleted. */
  | { how: "suspended" }
  /** Another attempt holds the task. */
  | { how: "lost" };

const NOTHING: Wanted = { awaited: new Set(), guarded: new Set() };

/** Milliseconds between looks for members that have failed while steps run; each costs a read. */
const GUARDS_AFTER_MS = 5000;

/** Milliseconds that the code may be busy with itself before what it has called begins. */
const SEND_WITHIN_MS = 50;

export class Coroutine {
  readonly task: Leased;
  /** What its code awaits. */
  readonly waits: Waits;
  /** Its calls; those of its journal are known once it runs. */
  ledger: Ledger;
  /** Its code came to its end, and all that it has called is on its way. */
  isComplete = false;
  /** Called once: from now on it is a coroutine. */
  onFirstCall: (() => void) | undefined;
  /** Called once: the task fails with this, as soon as its code lets anything else happen. */
  onFail: ((error: Error) => void) | undefined;
  readonly #ports: Ports;
  readonly #inherits: boolean;
  readonly #bell = new Bell();
  #progress: Progress;
  #sending = false;
  #sendNow = false;
  #rereading = false;
  /** It is time to look whether a member of a group has failed meanwhile. */
  #reread = false;
  #fatal: Error | undefined;
  #crash: { error: unknown } | undefined;
  #continuation: (() => Promise<RunEnd>) | undefined;
  /** A cancellation was requested since the last look. */
  #cancelSeen: boolean;
  /** The code was found at rest, and nothing of ours will have it go on. */
  #awaitsForeign = false;

  /** @param inherits whether it lends its priority to what it awaits */
  constructor(ports: Ports, task: Leased, inherits = true) {
    this.#ports = ports;
    this.#inherits = inherits;
    this.task = task;
    this.#cancelSeen = task.cancel === true;
    this.waits = new Waits(task.id, () => this.called());
    const journal = new Journal(task);
    this.ledger = new Ledger(this, ports, journal);
    this.#progress = new Progress(ports, task, journal, this.waits);
  }

  /** When what it knows was true, in milliseconds: the same in every replay. */
  get now(): number {
    return this.#progress.now;
  }

  /** Whether it has called anything: only then is it a coroutine. */
  get hasCalled(): boolean {
    return this.ledger.calls > 0 || this.waits.any;
  }

  /** That its code awaits something which is not of `ctx`, in words; undefined if that is not so. */
  get foreignWait(): string | undefined {
    if (!this.#awaitsForeign) return undefined;
    const { journal, calls } = this.ledger;
    return describeForeignWait(journal.call(calls - 1));
  }

  async run(body: () => unknown): Promise<RunEnd> {
    const journal = await readJournal(this.#ports, this.task);
    this.ledger = new Ledger(this, this.#ports, journal);
    this.#progress = new Progress(this.#ports, this.task, journal, this.waits);
    let ended: RunEnd | undefined;
    const end = (how: RunEnd) => {
      ended = how;
      this.#bell.ring();
    };
    Promise.resolve()
      .then(body)
      .then(
        (output) => end({ how: "returned", output }),
        (thrown: unknown) => end({ how: "threw", thrown }),
      );
    try {
      for (;;) {
        await this.#bell.wait();
        this.#awaitsForeign = false;
        if (ended && !this.hasCalled && this.ledger.isReplayed) {
          this.isComplete = true;
          return ended;
        }
        await this.#ports.clock.turn();
        const answer = await this.#look(ended);
        if (this.#crash) throw this.#crash.error;
        if (this.#fatal) return { how: "threw", thrown: this.#fatal };
        if (answer) return answer;
      }
    } finally {
      this.waits.close();
      this.ledger.close();
    }
  }

  /** Someone asked for its cancellation while it runs. */
  cancelRequested(): void {
    // The heart says so at each of its looks, until the request is gone: which one it is, and so
    // whether it was heeded, the record tells.
    this.#cancelSeen = true;
    this.#bell.ring();
  }

  /** Something was called. */
  called(): void {
    this.onFirstCall?.();
    this.onFirstCall = undefined;
    this.#bell.ring();
  }

  /** Something is to be looked at. */
  ring(): void {
    this.#bell.ring();
  }

  /** The task fails with it, whatever the handler makes of it. */
  fail(error: Error): Error {
    this.#fatal ??= error;
    this.onFail?.(error);
    this.onFail = undefined;
    this.#bell.ring();
    return error;
  }

  /** The table cannot be reached, or the like: as if the process had died, the next attempt goes on. */
  crash(error: unknown): void {
    this.#crash ??= { error };
    this.#bell.ring();
  }

  /** Goes on anew with an input, as JSON text, once what it called is stored. */
  continueAs(input: string): Promise<never> {
    this.#continuation ??= async () => {
      const finished = await continueAs(this.#ports, this.task, input);
      return { how: finished === "lost" ? "lost" : "suspended" };
    };
    this.#bell.ring();
    return new Promise(() => {});
  }

  /** Resolves when it is delivered. @param isStep whether it is something that it does itself */
  await(key: AwaitKey, isStep = false): Promise<unknown> {
    return this.waits.await(key, isStep);
  }

  get #wanted(): Wanted {
    return { awaited: this.waits.ids, guarded: this.waits.guardedIds };
  }

  /** The handler has come to rest: the next thing that is to happen. */
  async #look(ended: RunEnd | undefined): Promise<RunEnd | undefined> {
    if (this.#fatal || this.#crash) return undefined;
    const { ledger } = this;
    const { steps } = ledger;
    if (this.#sendNow) {
      this.#sendNow = false;
      if (await ledger.send(this.#wanted)) return this.#again();
    }
    if (await ledger.operate(this.#wanted)) return this.#again();
    if (this.#continuation && !steps.isRunning) {
      await ledger.send(this.#wanted);
      return this.#continuation();
    }
    if (ended) return this.#end(ended);
    if (this.waits.keys.length === 0) {
      this.#awaitsForeign = !steps.isRunning && this.hasCalled;
      return this.#sendSoon();
    }
    if (!this.#isReplayed) {
      await this.#replay();
      return undefined;
    }
    if (this.#cancelSeen && !this.waits.isHolding && (await this.#heedCancel())) return undefined;
    const ready = await findReady(this.#ports, this.task, ledger.journal, this.waits, this.#reread);
    this.#reread = false;
    if (ready !== undefined) {
      // A step was no wait, and nothing begins by it.
      if (!ledger.isStep(ready) && (await ledger.send(this.#wanted))) return this.#again();
      await this.#deliver(ready);
      return undefined;
    }
    if (steps.isRunning) {
      this.#lookAtGuardsSoon();
      return this.#sendSoon();
    }
    if (await ledger.send(this.#wanted)) return this.#again();
    return this.#suspend();
  }

  #again(): undefined {
    this.#bell.ring();
  }

  /** The code waits for something of its own: what it has called begins meanwhile. */
  #sendSoon(): undefined {
    if (!this.ledger.isHolding || this.#sending) return;
    this.#sending = true;
    this.#ports.clock.after(SEND_WITHIN_MS, () => {
      this.#sending = false;
      this.#sendNow = true;
      this.#bell.ring();
    });
  }

  /** A step keeps the task from being suspended, and so from being woken by a member's failure. */
  #lookAtGuardsSoon(): void {
    if (this.#rereading || this.waits.guards.length === 0) return;
    this.#rereading = true;
    this.#ports.clock.after(GUARDS_AFTER_MS, () => {
      this.#rereading = false;
      this.#reread = true;
      this.#bell.ring();
    });
  }

  /** Whether all that the journal tells has been called, and delivered, again. */
  get #isReplayed(): boolean {
    return this.ledger.isReplayed && !this.#progress.next;
  }

  get #place(): Place {
    const { calls, expected } = this.ledger;
    return { task: this.task.id, calls, expected };
  }

  /** Delivers what was delivered next. */
  async #replay(): Promise<void> {
    const { next } = this.#progress;
    if (next?.calls === this.ledger.calls && this.waits.has(next.key)) {
      await this.#deliver(next.key, next.cancelledBy);
    } else this.fail(otherWait(this.#place, next, this.waits.ids));
  }

  /** Before a call: what is wrong if the journal has something delivered before it. */
  earlyCall(number: number, what: string): Error | undefined {
    const { next } = this.#progress;
    if (!next || next.calls > number) return undefined;
    const { id } = this.task;
    return earlyCall(id, number, what, awaitedId(id, next.key));
  }

  async #deliver(key: AwaitKey, cancelledBy?: string): Promise<void> {
    await this.#progress.deliver(this.ledger.calls, key, cancelledBy);
    this.#bell.ring();
  }

  /** @returns whether something has changed */
  async #heedCancel(): Promise<boolean> {
    this.#cancelSeen = false;
    await this.ledger.send(this.#wanted);
    const { waits, ledger } = this;
    const heeded = this.#progress.heeded;
    const passed = await passOnCancel(this.#ports, this.task, { waits, ledger }, heeded);
    if (!passed) return false;
    this.#progress.heeded = passed.asked;
    if (passed.tell !== undefined) await this.#deliver(passed.tell, passed.asked);
    this.#bell.ring();
    return true;
  }

  async #suspend(): Promise<RunEnd | undefined> {
    const awaits = this.waits.keys;
    if (awaits.length > MAX_AWAITS) {
      this.fail(
        new LimitExceededError(
          `${this.task.id} awaits ${awaits.length} futures at once; at most ${MAX_AWAITS} can be.` +
            " Await a ctx.gather of them: it is one, whatever its members.",
        ),
      );
      return undefined;
    }
    const { journal, calls } = this.ledger;
    const answer = await suspend(this.#ports, this.task, {
      awaits: [...awaits, ...openGuards(this.task, journal, this.waits).slice(0, MAX_GUARDS)],
      calls,
      heard: journal.untold().told,
      heeded: this.#progress.heeded,
      lends: this.#inherits,
    });
    if (answer.how !== "cancelled") return { how: answer.how };
    this.#cancelSeen = true;
    this.#bell.ring();
    return undefined;
  }

  /** The handler has ended: steps that nobody awaited are waited for. */
  async #end(ended: RunEnd): Promise<RunEnd | undefined> {
    if (this.ledger.steps.isRunning) return undefined;
    if (await this.ledger.send(NOTHING)) return this.#again();
    if (this.#isReplayed) {
      this.isComplete = true;
      return ended;
    }
    this.fail(earlyEnd(this.#place));
    return undefined;
  }

  /** The id that the next call's future will have. */
  nextId(): string {
    return callId(this.task, this.ledger.calls);
  }

  /** The future's key, as its holder awaits it. */
  keyOf(id: string): AwaitKey {
    return awaitKey(this.task.id, id);
  }
}
