/**
 * The run as the judge reads it: each write of the table, each run of a handler, and what readers
 * saw, brought together from files that outlive whatever is killed.
 */
import { isDeepStrictEqual } from "node:util";
import { type FutureRecord, isTerminal } from "../../core/future.ts";
import type { Future } from "../../core/wire.ts";
import { type Effect, Effects } from "./effects.ts";
import { Follower } from "./follower.ts";
import { type Clock, History } from "./judge/history.ts";
import { type Noted, notedOf, type Write } from "./recorder.ts";

/** What a reader was told of a settled future. */
interface View {
  state: string;
  settledAt: string | undefined;
  outcome: object;
  /** When it was first seen so. */
  at: number;
}

export interface Files {
  writes: string;
  effects: string;
}

export class Chronicle {
  readonly history: History;
  readonly effects: Effects;
  /** Of settled futures, by the writes. */
  readonly settled = new Map<string, Noted>();
  /** Of futures that live, by the writes. */
  readonly #last = new Map<string, Noted>();
  readonly #views = new Map<string, View>();
  readonly #followers: readonly Follower<never>[];
  readonly #onSettled: (id: string) => void;
  readonly #clock = { now: 0 } satisfies Clock;
  /** How often readers saw a settled future. */
  reads = 0;

  /** @param onSettled is told of each future that settles */
  constructor(files: Files, onSettled: (id: string) => void) {
    this.#onSettled = onSettled;
    this.history = new History(this.#clock);
    this.effects = new Effects(this.history);
    this.#followers = [
      new Follower<Write>(files.writes, (write) => this.#wrote(write)),
      new Follower<Effect>(files.effects, (effect) => {
        this.#clock.now = effect.at;
        this.effects.note(effect);
      }),
    ];
  }

  /** Takes what has been written since the last time. */
  read(): void {
    for (const follower of this.#followers) follower.read();
  }

  note(id: string, what: string): void {
    this.#clock.now = Date.now();
    this.history.note(id, what);
  }

  violation(promise: number, id: string, what: string): void {
    this.#clock.now = Date.now();
    this.history.violation(promise, id, what);
  }

  /**
   * Promise 2: whoever reads a settled future reads the same.
   * @param askedAt when the reader asked: an answer may be older than another that came before it
   */
  saw(future: Future, askedAt: number): void {
    const { id, state, settledAt, result, error, exceptions } = future;
    const first = this.#views.get(id);
    if (!isTerminal({ state })) {
      if (!first || askedAt <= first.at) return;
      this.violation(2, id, `a reader saw it ${state} after another saw it ${first.state}`);
      return;
    }
    this.reads += 1;
    const outcome = { state, settledAt, result, error, exceptions };
    if (!first) this.#views.set(id, { state, settledAt, outcome, at: Date.now() });
    else if (!isDeepStrictEqual(first.outcome, outcome)) {
      const both = [first.outcome, outcome].map((each) => JSON.stringify(each));
      this.violation(2, id, `readers saw ${both.join(" and ")}`);
    }
  }

  /** A settled future in the table, whose last write may have been applied and not noted. */
  found(record: FutureRecord): void {
    if (!isTerminal(record) || this.settled.has(record.id)) return;
    const before = JSON.parse(JSON.stringify(notedOf(record))) as Noted;
    this.#wrote({ at: Date.now(), by: "nobody: it was found so", before, after: before });
  }

  wasWritten(id: string): boolean {
    return this.settled.has(id) || this.#last.has(id);
  }

  /** The table in the end is what the writes made of it, and what readers saw. */
  isStored(record: FutureRecord): void {
    const { id, state, settledAt } = record;
    const written = this.settled.get(id);
    if (isTerminal(record) && written?.settledAt !== undefined && written.settledAt !== settledAt) {
      this.violation(2, id, "the table holds another outcome than was written");
    }
    const view = this.#views.get(id);
    if (!view) return;
    const told = view.settledAt === undefined ? undefined : Date.parse(view.settledAt);
    if (view.state === state && told === settledAt) return;
    this.violation(
      2,
      id,
      `a reader saw it ${view.state} at ${told}, it is ${state} at ${settledAt}`,
    );
  }

  #wrote({ at, by, before, after }: Write): void {
    const { id } = after;
    const last = this.settled.get(id) ?? this.#last.get(id);
    this.#clock.now = at;
    if (before && !isDeepStrictEqual(before, last)) {
      this.history.note(id, "the cloud was killed before it could note this write:");
      this.history.wrote(before as FutureRecord, last as FutureRecord | undefined);
    }
    this.history.note(id, `written by ${by}:`);
    this.history.wrote(after as FutureRecord, (before ?? last) as FutureRecord | undefined);
    if (isTerminal(after)) {
      this.settled.set(id, after);
      this.#last.delete(id);
      this.#onSettled(id);
    } else this.#last.set(id, after);
  }
}
