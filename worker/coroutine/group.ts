/**
 * Task groups: structured concurrency, as asyncio.TaskGroup.
 * https://docs.python.org/3/library/asyncio-task.html#task-groups
 */

import { CancelledError, RemoteError } from "../errors.ts";
import type { Task } from "../task.ts";
import type { Calls, SubmitOptions } from "./context.ts";
import type { CoroutineFuture } from "./future.ts";
import type { Failure } from "./interrupt.ts";
import { Scope } from "./scope.ts";

/** Owns the tasks that are submitted by it. */
export interface TaskGroup {
  submit<I, O>(task: Task<I, O>, input: I, options?: SubmitOptions): CoroutineFuture<O>;
  submit<O = unknown>(task: string, input: unknown, options?: SubmitOptions): CoroutineFuture<O>;
}

/** In the words of asyncio. */
const MESSAGE = "unhandled errors in a TaskGroup";

/** What a group needs of its coroutine. */
export interface GroupCalls extends Pick<Calls, "submit" | "wait"> {
  /** An aggregate with the rules of a group: a member that fails has the others cancelled. */
  together(members: readonly CoroutineFuture[]): CoroutineFuture;
  /** Asks for the cancellation of futures, as one step. @returns ids of those that accept it */
  cancel(ids: readonly string[]): Promise<readonly string[]>;
  /** Has a function called if a future fails while something else is awaited. */
  guard(id: string, onFailure: () => void): void;
  unguard(id: string): void;
  /** Cancels what is awaited in a scope, and the other members. */
  interrupt(scope: Scope, failure?: Failure): Promise<void>;
}

/** Runs the body, which a member's failure interrupts, then waits for all members. */
export async function runGroup<T>(
  calls: GroupCalls,
  body: (group: TaskGroup) => T | Promise<T>,
): Promise<T> {
  const members: CoroutineFuture[] = [];
  const interruptions: Promise<void>[] = [];
  const scope = new Scope(() => interruptions.push(calls.interrupt(scope)));
  let failed: CoroutineFuture | undefined;
  let isOver = false;
  const unguard = () => {
    for (const each of members) calls.unguard(each.id);
  };
  const group: TaskGroup = {
    submit(task: Task | string, input: unknown, options?: SubmitOptions) {
      if (failed) throw refused("is shutting down, since a task of it has failed");
      if (isOver) throw refused("is finished");
      const future = calls.submit(task as Task, input, options);
      members.push(future);
      calls.guard(future.id, () => {
        failed = future;
        unguard();
        const others = members.filter((each) => each !== future);
        const failure = { failed: future.id, others: idsOf(others) };
        interruptions.push(calls.interrupt(scope, failure));
      });
      return future as CoroutineFuture<never>;
    },
  };
  const leave = async () => {
    isOver = true;
    unguard();
    await Promise.all(interruptions);
  };
  let value: T;
  try {
    value = await scope.run(() => body(group));
  } catch (thrown) {
    await leave();
    if (members.length > 0) {
      if (!failed) await calls.cancel(idsOf(members)).catch(unlessCancelled);
      await untilDone(calls, members);
    }
    throw (await groupOf(thrown, failed, members)) ?? thrown;
  }
  await leave();
  if (members.length > 0) await calls.together(members);
  return value;
}

/**
 * What a group whose body has thrown fails with: its errors in the order of asyncio, which knows of the
 * body's once the member that interrupted it had failed.
 * @returns undefined if nothing has failed but by having been cancelled
 */
async function groupOf(
  thrown: unknown,
  failed: CoroutineFuture | undefined,
  members: readonly CoroutineFuture[],
): Promise<RemoteError | undefined> {
  // A member's error that the body let through is one error.
  const errors = new Set<unknown>();
  const add = (error: unknown) => {
    if (!(error instanceof CancelledError)) errors.add(error);
  };
  await failed?.catch(add);
  add(thrown);
  for (const each of members) await each.catch(add);
  if (errors.size === 0) return undefined;
  return new RemoteError("ExceptionGroup", MESSAGE, { errors: [...errors] as Error[] });
}

/** As in asyncio a group whose tasks were cancelled waits for them, however often it is cancelled itself. */
async function untilDone(calls: GroupCalls, members: readonly CoroutineFuture[]): Promise<void> {
  let done = false;
  while (!done) {
    done = await calls.wait(members).then(() => true, unlessCancelled);
  }
}

/** A cancellation of the group itself: what it was about has been done, and is not done again. */
function unlessCancelled(error: unknown): false {
  if (error instanceof CancelledError) return false;
  throw error;
}

function refused(why: string): Error {
  return new RemoteError("RuntimeError", `This task group ${why}; it takes no more tasks.`);
}

function idsOf(members: readonly CoroutineFuture[]): string[] {
  return members.map(({ id }) => id);
}
