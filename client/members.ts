/**
 * What aggregates take as members, and what comes out of them, as types.
 */
import type { FutureHandle } from "./handle.ts";
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

export function isCall(member: Member): member is TaskCall {
  return typeof member === "object" && "task" in member;
}
