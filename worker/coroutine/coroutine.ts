/**
 * Runs a handler that awaits: replays what its journal tells, makes what it calls for the first time,
 * delivers what has settled, and suspends the task when nothing is left to deliver.
 *
 * The handler's code runs between two looks of `run`: one thing is delivered, then all that can go on
 * goes on, and only when it has come to rest is the next thing delivered. So a replay that delivers in
 * the same order makes the same calls. At rest means that no promise can go on without us: whoever
 * waits for something that is not of `ctx` must do so in a step.
 */
import { isTerminal } from "../../core/future.ts";
import { type AwaitKey, awaitedId, awaitKey, callId, MAX_AWAITS } from "../../core/journal.ts";
import type { Ports } from "../../core/ports.ts";
import { cancelOne } from "../../core/usecases/cancelOne.ts";
import type { Leased } from "../../core/usecases/claim.ts";
import { continueAs } from "../../core/usecases/continueAs.ts";
import { perform } from "../../core/usecases/perform.ts";
import { suspend } from "../../core/usecases/suspend.ts";
import { CancelledError, LimitExceededError, NonDeterminismError } from "../errors.ts";
import { Bell } from "./bell.ts";
import { describeRecord } from "./describe.ts";
import { Journal, readJournal } from "./journal.ts";
import { Ledger } from "./ledger.ts";
import { type Outcome, readOutcome } from "./outcome.ts";

/** How a run of the handler ended. */
export type RunEnd =
  | { how: "returned"; output: unknown }
  | { how: "threw"; thrown: unknown }
  /** The task waits, or goes on anew: its message may be deleted. */
  | { how: "suspended" }
  /** Another attempt holds the task. */
  | { how: "lost" };

/** Milliseconds that the code may be busy with itself before what it has called begins. */
const SEND_WITHIN_MS = 50;

interface Waiting {
  promise: Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

export class Coroutine {
  readonly task: Leased;
  /** Its calls: null while the journal is not read. */
  ledger: Ledger;
  /** When what it knows was true, in milliseconds: the same in every replay. */
  now: number;
  /** Called once: from now on it is a coroutine. */
  onFirstCall: (() => void) | undefined;
  readonly #ports: Ports;
  readonly #inherits: boolean;
  readonly #bell = new Bell();
  readonly #waiting = new Map<AwaitKey, Waiting>();
  readonly #delivered = new Map<AwaitKey, Outcome>();
  /** The next delivery of the journal. */
  #position = 0;
  #closed = false;
  #sending = false;
  #sendNow = false;
  #fatal: Error | undefined;
  #crash: { error: unknown } | undefined;
  #continuation: (() => Promise<RunEnd>) | undefined;
  /** A cancellation was requested since the last look. */
  #cancelSeen: boolean;
  /** The cancellation that has been dealt with. */
  #heeded: string | undefined;

  /** @param inherits whether it lends its priority to what it awaits */
  constructor(ports: Ports, task: Leased, inherits = true) {
    this.#ports = ports;
    this.#inherits = inherits;
    this.task = task;
    this.now = task.began ?? task.createdAt;
    this.#cancelSeen = task.cancel === true;
    this.ledger = new Ledger(this, ports, new Journal(task));
  }

  /** Whether it has called anything: only then is it a coroutine. */
  get hasCalled(): boolean {
    return this.ledger.calls > 0 || this.#delivered.size > 0 || this.#waiting.size > 0;
  }

  async run(body: () => unknown): Promise<RunEnd> {
    this.ledger = new Ledger(this, this.#ports, await readJournal(this.#ports, this.task));
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
        if (ended && !this.hasCalled && this.ledger.isReplayed) return ended;
        await this.#ports.clock.turn();
        const answer = await this.#look(ended);
        if (this.#crash) throw this.#crash.error;
        if (this.#fatal) return { how: "threw", thrown: this.#fatal };
        if (answer) return answer;
      }
    } finally {
      this.#closed = true;
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

  /** Resolves when it is delivered. */
  await(key: AwaitKey): Promise<unknown> {
    if (this.#closed) return new Promise(() => {});
    const known = this.#delivered.get(key);
    if (known) return "value" in known ? Promise.resolve(known.value) : Promise.reject(known.error);
    let waiting = this.#waiting.get(key);
    if (!waiting) {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      // Whoever awaits it gets the error; that nobody does is no error of the process.
      promise.catch(() => undefined);
      waiting = { promise, resolve, reject };
      this.#waiting.set(key, waiting);
      this.called();
    }
    return waiting.promise;
  }

  /** The handler has come to rest: the next thing that is to happen. */
  async #look(ended: RunEnd | undefined): Promise<RunEnd | undefined> {
    if (this.#fatal || this.#crash) return undefined;
    const { ledger } = this;
    if (this.#sendNow) {
      this.#sendNow = false;
      if (await ledger.send(this.#awaitedIds())) return this.#again();
    }
    if (await ledger.operate(this.#awaitedIds())) return this.#again();
    if (this.#continuation && !ledger.stepsRun) {
      await ledger.send(this.#awaitedIds());
      return this.#continuation();
    }
    if (ended) return this.#end(ended);
    if (this.#waiting.size === 0) return this.#sendSoon();
    if (!ledger.isReplayed || this.#position < ledger.journal.deliveries.length) {
      await this.#replay();
      return undefined;
    }
    if (this.#cancelSeen && (await this.#heedCancel())) return undefined;
    const ready = await this.#ready();
    if (ready !== undefined) {
      // A step was no wait, and nothing begins by it.
      if (!ledger.isStep(ready) && (await ledger.send(this.#awaitedIds()))) return this.#again();
      await this.#deliver(ready);
      return undefined;
    }
    if (ledger.stepsRun) return this.#sendSoon();
    if (await ledger.send(this.#awaitedIds())) return this.#again();
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

  #awaitedIds(): Set<string> {
    return new Set([...this.#waiting.keys()].map((key) => awaitedId(this.task.id, key)));
  }

  /** Delivers what was delivered next. */
  async #replay(): Promise<void> {
    const { calls, journal } = this.ledger;
    const next = journal.deliveries[this.#position];
    if (next && next.calls === calls && this.#waiting.has(next.key)) {
      await this.#deliver(next.key, next.cancelledBy);
      return;
    }
    const expected = journal.call(calls);
    const is =
      `It now awaits ${[...this.#awaitedIds()].join(", ")}` +
      ` after ${calls} calls, where nothing else can happen.`;
    const was =
      next && next.calls === calls
        ? `When it was first run it awaited ${awaitedId(this.task.id, next.key)} here.`
        : `When it was first run it made call ${calls}` +
          `${expected ? `, ${describeRecord(expected)},` : ""} here.`;
    this.fail(new NonDeterminismError(`${this.task.id} did otherwise in a replay. ${was} ${is}`));
  }

  /** Before a call: whether the journal has it come later. */
  checkOrder(number: number, what: string): Error | undefined {
    const next = this.ledger.journal.deliveries[this.#position];
    if (!next || next.calls > number) return undefined;
    const id = awaitedId(this.task.id, next.key);
    return this.fail(
      new NonDeterminismError(
        `${this.task.id} did otherwise in a replay: it makes call ${number}, ${what}, before what it` +
          ` awaited then, ${id}, was delivered.`,
      ),
    );
  }

  async #deliver(key: AwaitKey, cancelledBy?: string): Promise<void> {
    const { journal, calls } = this.ledger;
    const waiting = this.#waiting.get(key);
    const id = awaitedId(this.task.id, key);
    const record = journal.records.get(id);
    const outcome =
      cancelledBy === undefined
        ? await readOutcome(this.#ports, id, record)
        : { error: new CancelledError(`${this.task.id} was cancelled.`) };
    if (this.#position === journal.deliveries.length) {
      journal.deliveries.push({
        calls,
        key,
        ...(cancelledBy === undefined ? {} : { cancelledBy }),
      });
    }
    this.#position += 1;
    if (cancelledBy === undefined) this.#delivered.set(key, outcome);
    else this.#heeded = cancelledBy;
    this.now = Math.max(this.now, record?.settledAt ?? 0);
    this.#waiting.delete(key);
    if ("value" in outcome) waiting?.resolve(outcome.value);
    else waiting?.reject(outcome.error);
    this.#bell.ring();
  }

  /**
   * As in asyncio a cancellation goes to what is awaited first; only if none of that accepts it does
   * the code hear of it, at the await that has lasted longest.
   * @returns whether something has changed
   */
  async #heedCancel(): Promise<boolean> {
    this.#cancelSeen = false;
    await this.ledger.send(this.#awaitedIds());
    const current = await this.#ports.store.read(this.task.id);
    const asked = current?.asked;
    if (!current?.cancel || asked === undefined || asked === this.#heeded) return false;
    this.ledger.abortSteps(new CancelledError(`${this.task.id} was cancelled.`));
    const { records } = this.ledger.journal;
    const found = await this.#ports.store.readMany([...this.#awaitedIds()]);
    const answers = [];
    let accepted = false;
    for (const record of found.values()) {
      // Passed on while the task was suspended; or now.
      if (record.asked === asked || record.token === asked) accepted = true;
      else if (!isTerminal(record) && record.kind !== "step") {
        const answer = await cancelOne(this.#ports, record, asked);
        accepted ||= answer.cancelled;
        answers.push(answer.record);
      }
    }
    await perform(this.#ports, answers);
    for (const each of [...found.values(), ...answers]) records.set(each.id, each);
    this.#heeded = asked;
    const [first] = this.#waiting.keys();
    // A step has been told by its signal.
    if (!accepted && !this.ledger.stepsRun && first !== undefined) {
      await this.#deliver(first, asked);
    }
    this.#bell.ring();
    return true;
  }

  /** What has settled of that which is awaited: the earliest. */
  async #ready(): Promise<AwaitKey | undefined> {
    const { records } = this.ledger.journal;
    const unknown = [...this.#awaitedIds()].filter((id) => this.ledger.mayHaveSettled(id));
    if (unknown.length > 0) {
      const found = await this.#ports.store.readMany(unknown);
      for (const id of unknown) this.ledger.looked(id, found.get(id));
    }
    let earliest: { key: AwaitKey; at: number } | undefined;
    for (const key of this.#waiting.keys()) {
      const id = awaitedId(this.task.id, key);
      const record = records.get(id);
      const at = record ? record.settledAt : this.ledger.isMissing(id) ? 0 : undefined;
      if (at === undefined || (record && !isTerminal(record))) continue;
      if (!earliest || at < earliest.at) earliest = { key, at };
    }
    return earliest?.key;
  }

  async #suspend(): Promise<RunEnd | undefined> {
    const awaits = [...this.#waiting.keys()];
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
    const heard = journal.untold().told;
    const answer = await suspend(this.#ports, this.task, {
      awaits,
      calls,
      heard,
      heeded: this.#heeded,
      lends: this.#inherits,
    });
    if (answer.how !== "cancelled") return { how: answer.how };
    this.#cancelSeen = true;
    this.#bell.ring();
    return undefined;
  }

  /** The handler has ended: steps that nobody awaited are waited for. */
  async #end(ended: RunEnd): Promise<RunEnd | undefined> {
    if (this.ledger.stepsRun) return undefined;
    if (await this.ledger.send(new Set())) return this.#again();
    const { journal, calls } = this.ledger;
    if (this.ledger.isReplayed && this.#position === journal.deliveries.length) return ended;
    const expected = journal.call(calls);
    const was = expected ? `made call ${calls}, ${describeRecord(expected)}` : "awaited more";
    this.fail(
      new NonDeterminismError(
        `${this.task.id} did otherwise in a replay: it ended after ${calls} calls, where it ${was}` +
          " when it was first run.",
      ),
    );
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
