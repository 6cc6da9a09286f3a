/**
 * The load: what programs do with the SDK, all of it at once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { v7 as newId } from "uuid";
import {
  ConflictError,
  type Forerun,
  InvalidStateError,
  type TaskCall,
  task,
} from "../../client/index.ts";
import { Random } from "../simulation/random.ts";
import { drawAggregate } from "./aggregates.ts";
import { drawBehaviour, drawOptions } from "./behaviours.ts";
import { type CallAnswer, persistently } from "./caller.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Known, KnownFutures } from "./known.ts";

export interface LoadOptions {
  forerun: Forerun;
  chronicle: Chronicle;
  known: KnownFutures;
  seed: number;
  /** File that the tasks note their runs in. */
  effects: string;
  /** Tasks to submit. */
  tasks: number;
  /** Over so many milliseconds. */
  milliseconds: number;
  /** No new work from then on. */
  enough: AbortSignal;
  /** Ends calls and waits. */
  signal: AbortSignal;
}

/** Callers beside each other. */
const CALLERS = 16;
/** Accepted futures that have not settled: beyond so many, callers wait. */
const MAX_OPEN = 500;
/** Seconds after which an aggregate that its caller left open fails. */
const SEAL_WITHIN_SECONDS = 20;

export class Load {
  /** Tasks that were submitted, or are about to be. */
  submitted = 0;
  readonly #options: LoadOptions;
  readonly #random: Random;
  /** What goes on beside the callers. */
  readonly #later = new Set<Promise<unknown>>();

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  /** Resolves when all tasks have been submitted, and each call was answered or given up. */
  async run(): Promise<void> {
    const { tasks, milliseconds, known, enough } = this.#options;
    const begun = Date.now();
    /** Evenly over the time; whoever was held up makes good for it. */
    const isDue = () => this.submitted < (tasks * (Date.now() - begun)) / milliseconds;
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        while (this.submitted < tasks && !enough.aborted) {
          if (isDue() && known.open.size < MAX_OPEN) await this.#operation();
          else await sleep(20);
        }
      }),
    );
    await Promise.all(this.#later);
  }

  #operation(): Promise<void> {
    const dice = this.#random.next();
    if (dice < 0.5) return this.#task();
    if (dice < 0.62) return this.#gather();
    if (dice < 0.68) return this.#batch();
    if (dice < 0.81) return this.#aggregate();
    if (dice < 0.84) return this.#opened();
    if (dice < 0.89) return this.#promise();
    if (dice < 0.92) return this.#timer();
    if (dice < 0.97) return this.#cancel();
    return this.#move();
  }

  async #task(): Promise<void> {
    const { forerun, chronicle } = this.#options;
    const id = newId();
    const { task: name, input, ...options } = this.#newTask(id);
    const known = this.#known(id);
    const submit = (other: object = {}) =>
      forerun.submit(name as string, input, { ...options, ...other, id });
    await this.#make([known], () => submit());
    if (!known.accepted) return;
    if (this.#random.chance(0.05)) await this.#make([known], () => submit());
    if (this.#random.chance(0.95)) return;
    const answer = await this.#call(() => submit({ priority: (options.priority ?? 0) + 1 }));
    if (answer.how === "gave up") return;
    if (answer.how === "refused" && answer.error instanceof ConflictError) return;
    chronicle.violation(8, id, "another request was accepted under its id");
  }

  /** Tasks that are born with a gather. */
  async #gather(): Promise<void> {
    const { forerun, known } = this.#options;
    const id = newId();
    const gather = known.learn(id, "gather");
    const size = this.#random.whole(2, 8);
    const ids = Array.from({ length: size }, (_, index) => `${id}.${index}`);
    const calls = ids.map((each) => this.#newTask(each));
    known.gather(id, ids);
    const all = [gather, ...ids.map((each) => this.#known(each))];
    await this.#make(all, () =>
      this.#isEven(id)
        ? forerun.gather(calls, { id, returnExceptions: true })
        : forerun.gather(calls, { id }),
    );
  }

  async #batch(): Promise<void> {
    const { forerun } = this.#options;
    const ids = Array.from({ length: this.#random.whole(2, 10) }, () => newId());
    const calls = ids.map((id) => ({ ...this.#newTask(id), id }));
    await this.#make(
      ids.map((id) => this.#known(id)),
      () => forerun.submitBatch(calls),
    );
  }

  async #aggregate(): Promise<void> {
    const { forerun, known } = this.#options;
    const random = this.#random;
    const drawn = drawAggregate(forerun, random);
    const one = drawn.kind === "waitFor" || drawn.kind === "shield";
    const of = known.some(one ? 1 : random.whole(1, 6), random).map((each) => each.id);
    if (of.length === 0) return;
    const id = newId();
    const made = known.learn(id, drawn.kind);
    known.gather(id, of);
    if (drawn.cancels) known.mayBeCancelled(id);
    const members = of.map((each) => forerun.future(each));
    await this.#make([made], () => drawn.make(members, id));
  }

  /** An aggregate that is filled bit by bit, and mostly sealed. */
  async #opened(): Promise<void> {
    const { forerun, known, enough } = this.#options;
    const random = this.#random;
    const id = newId();
    const made = known.learn(id, "gather");
    made.open = true;
    const open = { id, returnExceptions: true, sealWithinSeconds: SEAL_WITHIN_SECONDS };
    const opened = await this.#make([made], () => forerun.open("gather", open));
    if (opened.how !== "answered") return;
    // Whoever fails to fill it, or to seal it in time, has it cancelled.
    made.cancelRequested = true;
    const group = opened.value;
    const all: Known[] = [];
    try {
      for (let page = random.whole(1, 3); page > 0; page -= 1) {
        const count = random.whole(1, 4);
        const ids = Array.from({ length: count }, (_, index) => `${id}.${all.length + index}`);
        const calls = ids.map((each) => this.#newTask(each));
        const added = ids.map((each) => this.#known(each));
        for (const member of added) member.cancelRequested = true;
        all.push(...added);
        await group.add(calls);
        if (!enough.aborted) await sleep(random.whole(0, 300));
      }
      if (random.chance(0.1)) return;
      await group.seal();
    } catch (error) {
      this.#options.chronicle.note(id, `it was not filled: ${error}`);
      return;
    }
    made.open = false;
    for (const member of all) known.accept(member);
  }

  async #promise(): Promise<void> {
    const { forerun, known, chronicle } = this.#options;
    const id = newId();
    const timed = this.#random.chance(0.3) ? { timeoutSeconds: this.#random.whole(1, 10) } : {};
    const made = known.learn(id, "promise");
    await this.#make([made], () => forerun.promise({ id, ...timed }));
    if (!made.accepted) return;
    this.#beside(async () => {
      await sleep(this.#random.whole(0, 5000));
      const handle = forerun.promiseOf(id);
      const settle = () => handle.settle("settled");
      const answer = await this.#call(settle, false);
      if (answer.how !== "refused" || answer.error instanceof InvalidStateError) return;
      chronicle.violation(1, id, `its settling was refused: ${answer.error}`);
    });
  }

  async #timer(): Promise<void> {
    const { forerun, known } = this.#options;
    const id = newId();
    const seconds = this.#random.whole(0, 10);
    const made = known.learn(id, "timer");
    await this.#make([made], () => forerun.timer(seconds, "rang", { id }));
  }

  async #cancel(): Promise<void> {
    const { forerun, known } = this.#options;
    for (const { id } of known.some(1, this.#random)) {
      known.mayBeCancelled(id);
      await this.#call(() => forerun.future(id).cancel());
    }
  }

  async #move(): Promise<void> {
    const { forerun, known } = this.#options;
    const priority = this.#random.whole(0, 10);
    for (const { id } of known.some(1, this.#random)) {
      await this.#call(() => forerun.future(id).move(priority));
    }
  }

  /** A task yet to be submitted, under an id that the callers know from now on. */
  #newTask(id: string): TaskCall {
    const behaviour = drawBehaviour(this.#random);
    this.#options.known.learn(id, "task", behaviour);
    this.submitted += 1;
    const input = { ...behaviour, log: this.#options.effects };
    return task("work", input, drawOptions(this.#random));
  }

  #known(id: string): Known {
    return this.#options.known.all.get(id) as Known;
  }

  #isEven(id: string): boolean {
    return Number.parseInt(id.at(-1) ?? "0", 16) % 2 === 0;
  }

  /** Makes futures by a call; a refusal is a violation, since nothing about it was wrong. */
  async #make<T>(all: readonly Known[], call: () => PromiseLike<T>): Promise<CallAnswer<T>> {
    const { known, chronicle } = this.#options;
    const answer = await this.#call(call);
    for (const each of all) {
      chronicle.note(each.id, `its creation: ${answer.how}`);
      if (answer.how === "answered") known.accept(each);
      if (answer.how !== "refused") continue;
      const promise = answer.error instanceof ConflictError ? 8 : 1;
      chronicle.violation(promise, each.id, `a good request was refused: ${answer.error}`);
    }
    return answer;
  }

  #call<T>(call: () => PromiseLike<T>, mayGiveUp = true): Promise<CallAnswer<T>> {
    const { signal } = this.#options;
    return persistently(call, { random: this.#random, mayGiveUp, signal });
  }

  #beside(work: () => Promise<void>): void {
    const done = work().finally(() => this.#later.delete(done));
    this.#later.add(done);
  }
}
