/**
 * The calls of a coroutine: numbered as they are made, compared with the journal, and written
 * together once the code has come to rest.
 */
import { type FutureRecord, isTerminal } from "../../core/future.ts";
import { callId, depthOf, MAX_CALLS, MAX_DEPTH } from "../../core/journal.ts";
import type { Ports } from "../../core/ports.ts";
import {
  hashOfCall,
  type Making,
  makeCalls,
  sendCalls,
  type Wanted,
} from "../../core/usecases/makeCalls.ts";
import { LimitExceededError } from "../errors.ts";
import type { Coroutine } from "./coroutine.ts";
import { describeMaking } from "./describe.ts";
import { otherCall } from "./divergence.ts";
import type { Journal } from "./journal.ts";
import { type StepCall, type StepEntry, Steps } from "./steps.ts";

interface MakingEntry {
  id: string;
  hash: string;
  making: Making;
}

type Entry = MakingEntry | StepEntry;

/** A call with its number, and its record if it was made before. */
interface Numbered {
  id: string;
  hash: string;
  known: FutureRecord | undefined;
}

export class Ledger {
  readonly journal: Journal;
  readonly steps: Steps;
  /** Calls made so far. */
  calls = 0;
  readonly #coroutine: Coroutine;
  readonly #ports: Ports;
  readonly #entries: Entry[] = [];
  #closed = false;
  /** Stored, and not sent yet. */
  #unsent: FutureRecord[] = [];
  /** Something was done to futures since they were stored. */
  #stale = false;

  constructor(coroutine: Coroutine, ports: Ports, journal: Journal) {
    this.#coroutine = coroutine;
    this.#ports = ports;
    this.journal = journal;
    this.steps = new Steps({
      ports,
      task: coroutine.task,
      journal,
      onEnd: () => coroutine.ring(),
      onCrash: (error) => coroutine.crash(error),
    });
  }

  /** Whether all calls of the journal have been made again. */
  get isReplayed(): boolean {
    return this.calls >= this.journal.recorded;
  }

  /** The record of the call that comes next, if it was made before. */
  get expected(): FutureRecord | undefined {
    return this.journal.call(this.calls);
  }

  close(): void {
    this.#closed = true;
    this.#entries.length = 0;
    this.steps.close();
  }

  /**
   * Makes a future.
   * @param shape what makes this call the same as that of an earlier run
   * @returns its id
   */
  make(making: Making, shape: object): string {
    const { id, hash, known } = this.#number(describeMaking(making), {
      make: making.make,
      ...shape,
    });
    if (this.#closed) return id;
    if (!known) this.#entries.push({ id, hash, making });
    else if (this.calls > (this.#coroutine.task.calls ?? 0)) {
      // Before a crash its message may not have been sent: it is sent again.
      this.#unsent.push(known);
      this.#stale = true;
    }
    return id;
  }

  /**
   * Runs a step unless it was recorded, and not before the calls before it are stored: it may tell
   * the world of them.
   * @returns its id
   */
  step(step: StepCall): string {
    const shape = { make: "step", name: step.name, shape: step.shape };
    const { id, hash, known } = this.#number(`step("${step.name}")`, shape);
    this.journal.watch(id);
    if (this.#closed || (known && isTerminal(known))) return id;
    const entry = { id, hash, step };
    if (known) void this.steps.interrupt(entry);
    else if (step.inOrder || this.#entries.length > 0) this.#entries.push(entry);
    else void this.steps.run(entry);
    return id;
  }

  /**
   * Records a number in the journal, unless one stands there.
   * @returns the one that stands there
   */
  mark(name: string, number: number): number {
    const { expected } = this;
    this.step({ name, run: () => number, shape: null });
    return expected?.result === undefined ? number : (JSON.parse(expected.result) as number);
  }

  /** Whether the next call is a step of that name in the journal; undefined if it is not in it. */
  foresees(name: string): boolean | undefined {
    const { expected } = this;
    return expected && expected.kind === "step" && expected.task === name;
  }

  /** Whether what is awaited by that key is a step, or something done to a future. */
  isStep(key: string): boolean {
    return this.journal.records.get(this.#coroutine.task.id + key)?.kind === "step";
  }

  /** Whether something was called that is not on its way. */
  get isHolding(): boolean {
    return this.#entries.length > 0 || this.#unsent.length > 0;
  }

  /**
   * Runs the steps that wait for calls to be stored. What is called does not begin by that: as in asyncio
   * they begin when the code waits next, so that one that is cancelled at once never does.
   * @param wanted of which it wants to hear
   * @returns whether there was anything
   */
  async operate(wanted: Wanted): Promise<boolean> {
    const last = this.#entries.findLastIndex((each) => "step" in each);
    if (last === -1) return false;
    const entries = this.#entries.splice(0, last + 1);
    while (entries.length > 0) {
      const end = entries.findIndex((each) => "step" in each);
      await this.#write(entries.splice(0, end) as MakingEntry[], wanted);
      const entry = entries.shift() as StepEntry;
      if (entry.step.inOrder) {
        await this.steps.run(entry);
        this.#stale = true;
      } else void this.steps.run(entry);
    }
    return true;
  }

  /** Stores what was called, and has it begin. @returns whether there was anything */
  async send(wanted: Wanted): Promise<boolean> {
    await this.operate(wanted);
    if (!this.isHolding) return false;
    await this.#write(this.#entries.splice(0) as MakingEntry[], wanted);
    const unsent = this.#unsent;
    this.#unsent = [];
    await sendCalls(this.#ports, unsent, this.#stale);
    this.#stale = false;
    return true;
  }

  async #write(entries: readonly MakingEntry[], wanted: Wanted): Promise<void> {
    if (entries.length === 0) return;
    const { journal } = this;
    const { told, upTo } = journal.untold();
    const made = await makeCalls(this.#ports, this.#coroutine.task, entries, told, wanted);
    journal.wrote(upTo);
    this.#unsent.push(...made);
    for (const [index, record] of made.entries()) {
      const { making } = entries[index] as MakingEntry;
      journal.records.set(record.id, record);
      // An aggregate over what has settled has settled by now: worth a look before suspending.
      if (making.make !== "aggregate") journal.watch(record.id);
    }
  }

  #number(what: string, shape: object): Numbered {
    const coroutine = this.#coroutine;
    const number = this.calls;
    const id = callId(coroutine.task, number);
    const hash = hashOfCall(shape);
    if (this.#closed) return { id, hash, known: undefined };
    const wrong = limitOf(number, id) ?? coroutine.earlyCall(number, what);
    if (wrong) throw coroutine.fail(wrong);
    const known = this.expected;
    if (known && known.request !== hash) throw this.#differs(known, what);
    this.calls += 1;
    coroutine.called();
    return { id, hash, known };
  }

  #differs(record: FutureRecord, what: string): Error {
    return this.#coroutine.fail(otherCall(this.#coroutine.task.id, record, what));
  }
}

/** What is wrong if one more call is too many, or too deep. */
function limitOf(number: number, id: string): LimitExceededError | undefined {
  if (number >= MAX_CALLS) {
    const most = `${MAX_CALLS.toLocaleString("en")} calls, as many as one journal holds`;
    return new LimitExceededError(
      `${id} would be beyond ${most}. A loop without end goes on with ctx.continueAs(input).`,
    );
  }
  if (depthOf(id) <= MAX_DEPTH) return undefined;
  return new LimitExceededError(`${id} would be nested deeper than ${MAX_DEPTH} coroutines.`);
}
