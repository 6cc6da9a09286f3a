/**
 * The calls of a coroutine: numbered as they are made, compared with the journal, and written
 * together once the code has come to rest.
 */
import { type FutureRecord, isTerminal } from "../../core/future.ts";
import { callId, depthOf, MAX_CALLS, MAX_DEPTH } from "../../core/journal.ts";
import type { Ports } from "../../core/ports.ts";
import { hashOfCall, type Making, makeCalls, sendCalls } from "../../core/usecases/makeCalls.ts";
import {
  beginStep,
  endStep,
  recordStep,
  type StepOutcome,
} from "../../core/usecases/recordStep.ts";
import {
  LimitExceededError,
  NonDeterminismError,
  StepInterruptedError,
  toErrorRecord,
} from "../errors.ts";
import type { Coroutine } from "./coroutine.ts";
import { describeMaking, describeRecord } from "./describe.ts";
import type { Journal } from "./journal.ts";

/** A step that is to run. */
export interface StepCall {
  name: string;
  /** Tells it from others of the name. */
  shape?: unknown;
  run: (signal: AbortSignal) => unknown;
  atMostOnce?: boolean;
  /** Not before all calls that were made before are stored. */
  inOrder?: boolean;
}

interface MakingEntry {
  id: string;
  hash: string;
  making: Making;
}

interface StepEntry {
  id: string;
  hash: string;
  step: StepCall;
}

type Entry = MakingEntry | StepEntry;

export class Ledger {
  readonly journal: Journal;
  /** Calls made so far. */
  calls = 0;
  /** Steps and writes that are under way. */
  #running = 0;
  readonly #coroutine: Coroutine;
  readonly #ports: Ports;
  readonly #entries: Entry[] = [];
  readonly #controllers = new Set<AbortController>();
  /** Awaited futures whose state was looked at in this run, and of which there is none. */
  readonly #looked = new Set<string>();
  readonly #missing = new Set<string>();
  #closed = false;
  /** Stored, and not sent yet. */
  #unsent: FutureRecord[] = [];
  /** Something was done to futures since they were stored. */
  #stale = false;

  constructor(coroutine: Coroutine, ports: Ports, journal: Journal) {
    this.#coroutine = coroutine;
    this.#ports = ports;
    this.journal = journal;
    for (const id of journal.records.keys()) this.#looked.add(id);
  }

  /** Whether all calls of the journal have been made again. */
  get isReplayed(): boolean {
    return this.calls >= this.journal.recorded;
  }

  get stepsRun(): boolean {
    return this.#running > 0;
  }

  close(): void {
    this.#closed = true;
    this.#entries.length = 0;
  }

  abortSteps(reason: Error): void {
    for (const each of this.#controllers) each.abort(reason);
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
    // Before a crash its message may not have been sent: a repeat sends it again.
    const sent = known && this.calls <= (this.#coroutine.task.calls ?? 0);
    if (!sent && !this.#closed) this.#entries.push({ id, hash, making });
    return id;
  }

  /** Runs a step unless it was recorded. @returns its id */
  step(step: StepCall): string {
    const shape = { make: "step", name: step.name, shape: step.shape };
    const { id, hash, known } = this.#number(`step("${step.name}")`, shape);
    // Its end is told here; nobody else settles it.
    this.#looked.add(id);
    if (this.#closed || (known && isTerminal(known))) return id;
    if (known) {
      this.#running += 1;
      void this.#interrupted(id, step)
        .catch((error: unknown) => this.#coroutine.crash(error))
        .finally(() => this.#ended());
    } else if (step.inOrder) this.#entries.push({ id, hash, step });
    else void this.#run({ id, hash, step });
    return id;
  }

  /**
   * Records a number in the journal, unless one stands there.
   * @returns the one that stands there
   */
  mark(name: string, number: number): number {
    const known = this.isReplayed ? undefined : this.journal.call(this.calls);
    this.step({ name, run: () => number, shape: null });
    return known?.result === undefined ? number : (JSON.parse(known.result) as number);
  }

  /** Whether the next call is a step of that name in the journal; undefined if it is not in it. */
  foresees(name: string): boolean | undefined {
    if (this.isReplayed) return undefined;
    const known = this.journal.call(this.calls);
    return known ? known.kind === "step" && known.task === name : undefined;
  }

  /** Whether an awaited future may have settled without our having seen it. */
  mayHaveSettled(id: string): boolean {
    return !this.#looked.has(id);
  }

  /** Whether what is awaited by that key is a step, or something done to a future. */
  isStep(key: string): boolean {
    return this.journal.records.get(this.#coroutine.task.id + key)?.kind === "step";
  }

  looked(id: string, record: FutureRecord | undefined): void {
    this.#looked.add(id);
    if (record) this.journal.records.set(id, record);
    else this.#missing.add(id);
  }

  isMissing(id: string): boolean {
    return this.#missing.has(id);
  }

  /** Whether something was called that is not on its way. */
  get isHolding(): boolean {
    return this.#entries.length > 0 || this.#unsent.length > 0;
  }

  /**
   * Does to futures what was called, once they are stored. They do not begin by that: as in asyncio
   * they begin when the code waits next, so that one that is cancelled at once never does.
   * @param awaited ids that are awaited now
   * @returns whether there was anything
   */
  async operate(awaited: ReadonlySet<string>): Promise<boolean> {
    const last = this.#entries.findLastIndex((each) => "step" in each);
    if (last === -1) return false;
    const entries = this.#entries.splice(0, last + 1);
    while (entries.length > 0) {
      const end = entries.findIndex((each) => "step" in each);
      await this.#write(entries.splice(0, end) as MakingEntry[], awaited);
      await this.#run(entries.shift() as StepEntry);
      this.#stale = true;
    }
    return true;
  }

  /** Stores what was called, and has it begin. @returns whether there was anything */
  async send(awaited: ReadonlySet<string>): Promise<boolean> {
    await this.operate(awaited);
    if (!this.isHolding) return false;
    await this.#write(this.#entries.splice(0) as MakingEntry[], awaited);
    const unsent = this.#unsent;
    this.#unsent = [];
    await sendCalls(this.#ports, unsent, this.#stale);
    this.#stale = false;
    return true;
  }

  async #write(entries: readonly MakingEntry[], awaited: ReadonlySet<string>): Promise<void> {
    if (entries.length === 0) return;
    const { told, upTo } = this.journal.untold();
    const { task } = this.#coroutine;
    const made = await makeCalls(this.#ports, task, entries, told, awaited);
    this.journal.wrote(upTo);
    this.#unsent.push(...made);
    for (const [index, record] of made.entries()) {
      const entry = entries[index] as (typeof entries)[number];
      if (record.request !== entry.hash) this.#differs(record, describeMaking(entry.making));
      this.journal.records.set(record.id, record);
      // An aggregate over what has settled has settled by now: worth a look before suspending.
      if (entry.making.make !== "aggregate") this.#looked.add(record.id);
    }
  }

  #number(
    what: string,
    shape: object,
  ): { id: string; hash: string; known: FutureRecord | undefined } {
    const { task } = this.#coroutine;
    const number = this.calls;
    const id = callId(task, number);
    const hash = hashOfCall(shape);
    if (this.#closed) return { id, hash, known: undefined };
    if (number >= MAX_CALLS) {
      throw this.#coroutine.fail(
        new LimitExceededError(
          `${task.id} has made ${MAX_CALLS} calls, as many as one journal holds.` +
            " A loop without end goes on with ctx.continueAs(input).",
        ),
      );
    }
    if (depthOf(id) > MAX_DEPTH) {
      throw this.#coroutine.fail(
        new LimitExceededError(`${id} would be nested deeper than ${MAX_DEPTH} coroutines.`),
      );
    }
    const early = this.#coroutine.checkOrder(number, what);
    if (early) throw early;
    const known = this.journal.call(number);
    if (known && known.request !== hash) throw this.#differs(known, what);
    this.calls += 1;
    this.#coroutine.called();
    return { id, hash, known };
  }

  #differs(record: FutureRecord, what: string): Error {
    const { task } = this.#coroutine;
    const was = describeRecord(record);
    const detail = was === what ? `${what} with other arguments` : what;
    return this.#coroutine.fail(
      new NonDeterminismError(
        `${task.id} did otherwise in a replay: the call ${record.id} was ${was} and is now ${detail}.`,
      ),
    );
  }

  async #run({ id, hash, step }: StepEntry): Promise<void> {
    this.#running += 1;
    const controller = new AbortController();
    this.#controllers.add(controller);
    try {
      const { task } = this.#coroutine;
      const identity = { id, hash, name: step.name };
      if (step.atMostOnce) {
        const { told, upTo } = this.journal.untold();
        const begun = await beginStep(this.#ports, task, identity, told);
        if (begun.request !== hash || begun.token !== task.token) {
          await this.#interrupted(id, step);
          return;
        }
        this.journal.wrote(upTo);
      }
      const outcome = await outcomeOf(() => step.run(controller.signal));
      if (this.#closed) return;
      const { told, upTo } = this.journal.untold();
      const record = step.atMostOnce
        ? await endStep(this.#ports, identity, outcome)
        : await recordStep(this.#ports, task, identity, told, outcome);
      if (record && record.request !== hash) this.#differs(record, `step("${step.name}")`);
      if (!step.atMostOnce) this.journal.wrote(upTo);
      this.looked(id, record);
    } catch (error) {
      this.#coroutine.crash(error);
    } finally {
      this.#controllers.delete(controller);
      this.#ended();
    }
  }

  /** It was begun by a run that did not end: at most once means not again. */
  async #interrupted(id: string, { name }: StepCall): Promise<void> {
    const error = toErrorRecord(
      new StepInterruptedError(`The step "${name}" was begun and may have happened.`),
    );
    const record = await endStep(this.#ports, { id, hash: "", name }, { error });
    this.looked(id, record);
  }

  #ended(): void {
    this.#running -= 1;
    this.#coroutine.ring();
  }
}

async function outcomeOf(run: () => unknown): Promise<StepOutcome> {
  try {
    const value = await run();
    const result = value === undefined ? "null" : JSON.stringify(value);
    if (result === undefined) throw new TypeError(`A ${typeof value} has no JSON.`);
    return { result };
  } catch (thrown) {
    return { error: toErrorRecord(thrown) };
  }
}
