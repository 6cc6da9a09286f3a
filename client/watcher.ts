/**
 * Awaits many futures with few requests: the ids that anyone awaits are spread over at most four
 * held requests of up to a hundred ids each.
 */
import { TERMINAL } from "../core/future.ts";
import type { Future } from "../core/wire.ts";
import { pause } from "./backoff.ts";
import { ConnectionError, NotFoundError } from "./errors.ts";
import { Waiting } from "./waiting.ts";
import { MAX_IDS, WatchQueue } from "./watchQueue.ts";

/** Requests held at the same time: a server has few places for waiters, and many clients. */
const MAX_HOLDS = 4;
/** The longest that the API holds an answer. */
const LONG_SECONDS = 20;
/** The last free place is never held for long, so that a newcomer gets one soon. */
const SHORT_SECONDS = 2;
/** More ids than the holds can name take turns: each is held for so long … */
const TURN_SECONDS = 1;
/** … and with more turns than these (1,600 ids) not at all, so that no id waits long for its turn. */
const MAX_TURNS = 4;
/** Awaits that begin together are asked for together. */
const GATHER_MS = 5;
/** A short hold is given up for newcomers at this age; its place at the server ends by itself. */
const INTERRUPT_MS = 250;
/**
 * After each answer a place rests for a millisecond per awaited future, up to this: of many
 * futures some settle all the time, and each answer should bring several.
 */
const MAX_REST_MS = 200;

/** Asks for futures; answers once one of them has settled or the time is over. */
export type Ask = (
  ids: readonly string[],
  holdSeconds: number,
  signal: AbortSignal,
) => Promise<{ value: readonly Future[]; retryAfterSeconds: number | undefined }>;

interface Hold {
  ids: readonly string[];
  short: boolean;
  startedAt: number;
  abort: AbortController;
}

export class Watcher {
  readonly #ask: Ask;
  readonly #waiting = new Waiting();
  readonly #queue = new WatchQueue();
  readonly #holds = new Set<Hold>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = 0;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /**
   * Resolves with the future once it has settled.
   * @throws NotFoundError, ConnectionError, RequestError; the signal's reason if it aborts
   */
  settled(id: string, signal?: AbortSignal): Promise<Future> {
    const { promise, isFirst } = this.#waiting.add(id, signal, () => this.#forget(id));
    const isHeld = [...this.#holds].some((hold) => hold.ids.includes(id));
    if (isFirst && !isHeld) {
      this.#queue.add(id);
      this.#dispatchIn(GATHER_MS);
    }
    return promise;
  }

  /** Nobody awaits it any more: a request for nobody else is given up, so a program may end. */
  #forget(id: string): void {
    this.#queue.delete(id);
    for (const hold of this.#holds) {
      if (!hold.ids.some((each) => this.#waiting.has(each))) hold.abort.abort();
    }
  }

  #dispatchIn(ms: number): void {
    const at = Date.now() + ms;
    if (this.#timer !== undefined && this.#timerAt <= at) return;
    clearTimeout(this.#timer);
    this.#timerAt = at;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#dispatch();
    }, ms);
  }

  #dispatch(): void {
    if (this.#queue.size === 0) return;
    this.#joinShortHold();
    while (this.#queue.size > 0 && this.#holds.size < MAX_HOLDS) {
      const ids = this.#queue.take();
      const holdSeconds = this.#holdSeconds();
      const short = holdSeconds < LONG_SECONDS;
      const hold = { ids, short, startedAt: Date.now(), abort: new AbortController() };
      this.#holds.add(hold);
      void this.#run(hold, holdSeconds);
    }
    if (this.#queue.hasNewcomers) this.#dispatchIn(INTERRUPT_MS);
  }

  /** Gives up a short hold that has room for all that are left: one request then names them all. */
  #joinShortHold(): void {
    for (const hold of this.#holds) {
      const isOld = Date.now() - hold.startedAt >= INTERRUPT_MS;
      if (!hold.short || !isOld || hold.abort.signal.aborted) continue;
      if (hold.ids.length + this.#queue.size > MAX_IDS) continue;
      hold.abort.abort();
      this.#giveBack(hold);
      return;
    }
  }

  #holdSeconds(): number {
    const turns = Math.ceil(this.#waiting.size / (MAX_IDS * MAX_HOLDS));
    if (turns > MAX_TURNS) return 0;
    if (turns > 1) return TURN_SECONDS;
    return this.#holds.size === MAX_HOLDS - 1 ? SHORT_SECONDS : LONG_SECONDS;
  }

  async #run(hold: Hold, holdSeconds: number): Promise<void> {
    const { ids, abort } = hold;
    try {
      const { value, retryAfterSeconds = 0 } = await this.#ask(ids, holdSeconds, abort.signal);
      this.#deliver(ids, value);
      if (!ids.some((id) => this.#waiting.has(id))) return;
      const rest = Math.min(MAX_REST_MS, this.#waiting.size) + retryAfterSeconds * 1000;
      await pause(rest, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) await this.#failed(ids, error);
    } finally {
      this.#giveBack(hold);
      this.#dispatch();
    }
  }

  async #failed(ids: readonly string[], error: unknown): Promise<void> {
    if (error instanceof NotFoundError && ids.length > 1) {
      // One unknown id has spoiled the answer for all: find it by halves.
      const middle = Math.ceil(ids.length / 2);
      await Promise.all([this.#look(ids.slice(0, middle)), this.#look(ids.slice(middle))]);
      return;
    }
    // Without a connection those that were not asked for yet would fail as well, only later.
    const cannotAsk = error instanceof ConnectionError ? [...this.#queue] : [];
    for (const id of [...ids, ...cannotAsk]) {
      this.#waiting.reject(id, error);
      this.#queue.delete(id);
    }
  }

  async #look(ids: readonly string[]): Promise<void> {
    try {
      const { value } = await this.#ask(ids, 0, new AbortController().signal);
      this.#deliver(ids, value);
    } catch (error) {
      await this.#failed(ids, error);
    }
  }

  #deliver(ids: readonly string[], futures: readonly Future[]): void {
    const byId = new Map(futures.map((future) => [future.id, future]));
    for (const id of ids) {
      const future = byId.get(id);
      // Its result did not fit this answer: it is asked for again. Unknown ids are answered 404.
      if (!future) continue;
      if (TERMINAL.includes(future.state)) this.#waiting.resolve(id, future);
    }
  }

  /** Frees the hold's place; those of its ids that are still awaited wait for another. */
  #giveBack(hold: Hold): void {
    if (!this.#holds.delete(hold)) return;
    for (const id of hold.ids) {
      if (this.#waiting.has(id)) this.#queue.addAgain(id);
    }
  }
}
