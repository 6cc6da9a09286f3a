/**
 * The steps of a coroutine that run: what it does by itself, recorded as it ends.
 */
import { ForerunError } from "../../core/errors.ts";
import type { FutureRecord } from "../../core/future.ts";
import type { Ports } from "../../core/ports.ts";
import { endStep, interruptStep, type StepOutcome } from "../../core/usecases/endStep.ts";
import { beginStep, recordStep } from "../../core/usecases/recordStep.ts";
import { toErrorRecord } from "../errors.ts";
import type { Journal } from "./journal.ts";

/** A step that is to run. */
export interface StepCall {
  name: string;
  /** Tells it from others of the name. */
  shape?: unknown;
  run: (signal: AbortSignal) => unknown;
  atMostOnce?: boolean;
  /** It does something to futures: it is run alone, in the order of calls. */
  inOrder?: boolean;
}

/** A step with its place in the journal. */
export interface StepEntry {
  id: string;
  hash: string;
  step: StepCall;
}

export interface StepsOptions {
  ports: Ports;
  task: FutureRecord;
  journal: Journal;
  /** One has ended. */
  onEnd: () => void;
  /** It could not be recorded. */
  onCrash: (error: unknown) => void;
}

export class Steps {
  readonly #options: StepsOptions;
  /** Of those that run, by their ids. */
  readonly #controllers = new Map<string, AbortController>();
  #closed = false;

  constructor(options: StepsOptions) {
    this.#options = options;
  }

  /** Whether one is running. */
  get isRunning(): boolean {
    return this.#controllers.size > 0;
  }

  /** Those that run are told by their signals. @param ids @default all */
  abort(reason: Error, ids?: ReadonlySet<string>): void {
    for (const [id, each] of this.#controllers) if (!ids || ids.has(id)) each.abort(reason);
  }

  /** What still runs is recorded no more. */
  close(): void {
    this.#closed = true;
  }

  /** Runs it and records how it ended. */
  run(entry: StepEntry): Promise<void> {
    const once = entry.step.atMostOnce === true;
    return this.#during(entry, (signal) =>
      once ? this.#runOnce(entry, signal) : this.#run(entry, signal),
    );
  }

  /** It was begun by a run that did not end: at most once means not again. */
  interrupt(entry: StepEntry): Promise<void> {
    return this.#during(entry, () => this.#interrupted(entry));
  }

  async #during({ id }: StepEntry, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    try {
      await work(controller.signal);
    } catch (error) {
      this.#options.onCrash(error);
    } finally {
      this.#controllers.delete(id);
      this.#options.onEnd();
    }
  }

  async #run({ id, hash, step }: StepEntry, signal: AbortSignal): Promise<void> {
    const { ports, task, journal } = this.#options;
    const outcome = await outcomeOf(() => step.run(signal), step.inOrder);
    if (this.#closed) return;
    const { told, upTo } = journal.untold();
    const identity = { id, hash, name: step.name };
    const record = await recordStep(ports, task, identity, told, outcome);
    journal.wrote(upTo);
    journal.saw(id, record);
  }

  async #runOnce(entry: StepEntry, signal: AbortSignal): Promise<void> {
    const { ports, task, journal } = this.#options;
    const { id, hash, step } = entry;
    const identity = { id, hash, name: step.name };
    const { told, upTo } = journal.untold();
    const begun = await beginStep(ports, task, identity, told);
    if (begun.token !== task.token) return this.#interrupted(entry);
    journal.wrote(upTo);
    const outcome = await outcomeOf(() => step.run(signal));
    if (this.#closed) return;
    journal.saw(id, await endStep(ports, id, outcome));
  }

  async #interrupted({ id, step }: StepEntry): Promise<void> {
    const { ports, journal } = this.#options;
    journal.saw(id, await interruptStep(ports, id, step.name));
  }
}

/**
 * @param isOurs whether it is not the author's code that runs: then what is wrong with the table or a
 *   queue is no outcome, and whoever runs the task next does it again
 */
async function outcomeOf(run: () => unknown, isOurs = false): Promise<StepOutcome> {
  try {
    const value = await run();
    const result = value === undefined ? "null" : JSON.stringify(value);
    if (result === undefined) throw new TypeError(`A ${typeof value} has no JSON.`);
    return { result };
  } catch (thrown) {
    const isAnswer = thrown instanceof ForerunError || thrown instanceof TypeError;
    if (isOurs && !isAnswer) throw thrown;
    return { error: toErrorRecord(thrown) };
  }
}
