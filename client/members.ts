/**
 * What `gather` and `wait` take, and what comes out of them.
 */
import type { ReturnWhen } from "../core/policies.ts";
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { FutureHandle } from "./handle.ts";
import type { TaskCall } from "./task.ts";

/** A future: its handle, its submission (a promise of a handle) or its id. */
export type Awaitable<T = unknown> = FutureHandle<T> | PromiseLike<FutureHandle<T>> | string;

/** A future, or a task that `gather` is to submit. */
export type Member<T = unknown> = Awaitable<T> | TaskCall<T>;

/** What a member's result is. */
export type ResultOf<M> =
  M extends FutureHandle<infer T>
    ? T
    : M extends PromiseLike<FutureHandle<infer T>>
      ? T
      : M extends TaskCall<infer T>
        ? T
        : unknown;

/** The members' results, in argument order. */
export type Results<M extends readonly unknown[]> = { -readonly [K in keyof M]: ResultOf<M[K]> };

/** The members' results, in argument order; an error where a member failed or was cancelled. */
export type ResultsOrErrors<M extends readonly unknown[]> = {
  -readonly [K in keyof M]: ResultOf<M[K]> | Error;
};

/** Handles of the members, in argument order. */
export type Handles<M extends readonly unknown[]> = {
  readonly [K in keyof M]: FutureHandle<ResultOf<M[K]>>;
};

export interface GatherOptions {
  /** Have errors in the list of results, instead of failing with the first. @default false */
  returnExceptions?: boolean | undefined;
  /** The gather's id. @default a new UUIDv7 */
  id?: string | undefined;
}

/** A gather, with handles of its members. */
export class GatherHandle<T, H = readonly FutureHandle[]> extends FutureHandle<T> {
  readonly members: H;

  constructor(api: Api, id: string, members: H, known?: Future) {
    super(api, id, known);
    this.members = members;
  }
}

export interface WaitOptions {
  /** When it settles. @default "ALL_COMPLETED" */
  returnWhen?: ReturnWhen | undefined;
  /** Seconds after which it settles with what is done by then. @default no limit */
  timeoutSeconds?: number | undefined;
  /** The wait's id. @default a new UUIDv7 */
  id?: string | undefined;
}

/** What a wait settles with: its members, in argument order. */
export interface DoneAndPending<T = unknown> {
  done: FutureHandle<T>[];
  pending: FutureHandle<T>[];
}

/** A wait; its result holds the very handles that were given. */
export class WaitHandle<T> extends FutureHandle<DoneAndPending<T>> {
  readonly #members: ReadonlyMap<string, FutureHandle<T>>;

  constructor(api: Api, id: string, members: readonly FutureHandle<T>[], known?: Future) {
    super(api, id, known);
    this.#members = new Map(members.map((member) => [member.id, member]));
  }

  protected override decode(future: Future): DoneAndPending<T> {
    const { done, pending } = future.result as { done: string[]; pending: string[] };
    const handles = (ids: string[]) => ids.flatMap((id) => this.#members.get(id) ?? []);
    return { done: handles(done), pending: handles(pending) };
  }
}

/** For how long an aggregate waits. */
export interface TimedOptions {
  /** Seconds. @default no limit */
  timeoutSeconds?: number | undefined;
  /** The aggregate's id. @default a new UUIDv7 */
  id?: string | undefined;
}

/** What becomes of the members that still run when an aggregate has settled. */
export interface FirstOptions {
  /** Cancel them. @default false: they go on */
  cancelRest?: boolean | undefined;
  /** The aggregate's id. @default a new UUIDv7 */
  id?: string | undefined;
}

/** Outcomes in the order in which they came. */
export class AsCompletedHandle<T> extends GatherHandle<(T | Error)[], readonly FutureHandle<T>[]> {
  /**
   * The members, one by one as they settle: await each one's `result()`. It goes on although the
   * aggregate's own time is over.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<FutureHandle<T>, void, undefined> {
    const pending = new Map(
      [...new Set(this.members)].map((member) => [
        member,
        member.exception().then(
          () => member,
          // Cancelled: it has settled all the same.
          () => member,
        ),
      ]),
    );
    while (pending.size > 0) {
      const member = await Promise.race(pending.values());
      pending.delete(member);
      yield member;
    }
  }
}

/** As JavaScript's `Promise.allSettled` gives them. */
export class AllSettledHandle<T, H> extends GatherHandle<PromiseSettledResult<T>[], H> {
  protected override decode(future: Future): PromiseSettledResult<T>[] {
    const failed = new Set(future.exceptions);
    const values = super.decode(future) as unknown as unknown[];
    return values.map((value, index) =>
      failed.has(index)
        ? { status: "rejected", reason: value }
        : { status: "fulfilled", value: value as T },
    );
  }
}

export function isCall(member: Member): member is TaskCall {
  return typeof member === "object" && "task" in member;
}
