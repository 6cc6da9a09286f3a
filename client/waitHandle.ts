/**
 * The handle of a wait.
 */
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { FutureHandle } from "./handle.ts";
import { readResult } from "./paged.ts";

/** What a wait settles with: its members, in argument order. */
export interface DoneAndPending<T = unknown> {
  done: FutureHandle<T>[];
  pending: FutureHandle<T>[];
}

/** A wait; its result holds the very handles that were given. */
export class WaitHandle<T> extends FutureHandle<DoneAndPending<T>> {
  readonly #api: Api;
  readonly #members: ReadonlyMap<string, FutureHandle<T>>;

  constructor(api: Api, id: string, members: readonly FutureHandle<T>[], known?: Future) {
    super(api, id, known);
    this.#api = api;
    this.#members = new Map(members.map((member) => [member.id, member]));
  }

  protected override async decode(
    future: Future,
    signal?: AbortSignal,
  ): Promise<DoneAndPending<T>> {
    type Ids = { done: string[]; pending: string[] };
    const { done, pending } = (await readResult(this.#api, future, signal)) as Ids;
    const handles = (ids: string[]) => ids.flatMap((id) => this.#members.get(id) ?? []);
    return { done: handles(done), pending: handles(pending) };
  }
}
