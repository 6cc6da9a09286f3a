/**
 * How an open aggregate takes its members: tasks are born with it, futures exist.
 */
import type { Api } from "./api.ts";
import { type Chunk, chunks, MAX_ITEMS, taskTexts } from "./batch.ts";
import { BadRequestError } from "./errors.ts";
import { FutureHandle } from "./handle.ts";
import type { Awaitable } from "./members.ts";
import type { Opened } from "./opened.ts";
import { renumbered } from "./renumber.ts";
import { handlesOf } from "./resolve.ts";
import type { TaskCall } from "./task.ts";

export interface Intake<M> {
  /** Handles of the members, in order. */
  readonly members: FutureHandle[];
  /** Members that were sent. */
  readonly size: number;
  /** Takes them as they are now; what it returns adds them, and is called in turn. */
  prepare(members: readonly M[]): () => Promise<FutureHandle[]>;
  /** Sends what is kept back. */
  flush(): Promise<void>;
}

export class TaskIntake implements Intake<TaskCall> {
  readonly members: FutureHandle[] = [];
  readonly #api: Api;
  readonly #opened: Opened;

  constructor(api: Api, opened: Opened) {
    this.#api = api;
    this.#opened = opened;
  }

  get size(): number {
    return this.members.length;
  }

  prepare(calls: readonly TaskCall[]) {
    const named = calls.findIndex((call) => call.id !== undefined);
    if (named >= 0) {
      const message = "leave it out: members that are born with an aggregate have ids of its own";
      throw new BadRequestError([{ field: `tasks[${named}].id`, message }]);
    }
    const pages = chunks(taskTexts(calls));
    return () => this.#add(pages, calls.length);
  }

  async #add(pages: readonly Chunk[], count: number): Promise<FutureHandle[]> {
    const first = this.size;
    try {
      await this.#opened.add(pages, first);
    } catch (error) {
      // A request is refused as a whole, so the next tasks can have these numbers.
      const isWhole = error instanceof BadRequestError && pages.length === 1;
      if (!isWhole) await this.#opened.abandon(error);
      throw error;
    }
    for (let number = first; number < first + count; number++) {
      this.members.push(new FutureHandle(this.#api, `${this.#opened.id}.${number}`));
    }
    return this.members.slice(first);
  }

  async flush(): Promise<void> {}
}

export class FutureIntake implements Intake<Awaitable> {
  readonly members: FutureHandle[] = [];
  readonly #api: Api;
  readonly #opened: Opened;
  /** Ids that it has; undefined if it takes the same one again. */
  readonly #taken: Set<string> | undefined;
  #sent = 0;

  /** @param isSet whether a future that is named twice counts once */
  constructor(api: Api, opened: Opened, isSet: boolean) {
    this.#api = api;
    this.#opened = opened;
    this.#taken = isSet ? new Set() : undefined;
  }

  get size(): number {
    return this.members.length;
  }

  prepare(given: readonly Awaitable[]) {
    const coming = handlesOf(this.#api, given);
    // Looked at in its turn.
    coming.catch(() => undefined);
    return async () => {
      const handles = await coming;
      for (const handle of handles) {
        if (this.#taken?.has(handle.id)) continue;
        this.#taken?.add(handle.id);
        this.members.push(handle);
      }
      // Whole pages only: the last one alone may be of any length.
      await this.#send(this.size - (this.size % MAX_ITEMS));
      return handles;
    };
  }

  flush(): Promise<void> {
    return this.#send(this.size);
  }

  async #send(end: number): Promise<void> {
    const first = this.#sent;
    if (end === first) return;
    try {
      const texts = this.members.slice(first, end).map(({ id }) => JSON.stringify(id));
      await this.#opened.add(chunks(texts), first);
      this.#sent = end;
    } catch (error) {
      await this.#opened.abandon(error);
      throw renumbered(error, "of", (index) => first + index);
    }
  }
}
