/**
 * Task groups: structured concurrency, as asyncio.TaskGroup.
 * https://docs.python.org/3/library/asyncio-task.html#task-groups
 */

import { CancelledError, RemoteError } from "../errors.ts";
import type { Task } from "../task.ts";
import type { Calls, SubmitOptions } from "./context.ts";
import type { CoroutineFuture } from "./future.ts";

/** Owns the tasks that are submitted by it. */
export interface TaskGroup {
  submit<I, O>(task: Task<I, O>, input: I, options?: SubmitOptions): CoroutineFuture<O>;
  submit<O = unknown>(task: string, input: unknown, options?: SubmitOptions): CoroutineFuture<O>;
}

/** In the words of asyncio. */
const MESSAGE = "unhandled errors in a TaskGroup";

/**
 * Runs the body, then waits for the group's tasks by an aggregate that has its own rules: a task that
 * fails has the others cancelled.
 */
export async function runGroup<T>(
  calls: Pick<Calls, "submit" | "wait">,
  together: (members: readonly CoroutineFuture[]) => CoroutineFuture,
  body: (group: TaskGroup) => T | Promise<T>,
): Promise<T> {
  const members: CoroutineFuture[] = [];
  const group: TaskGroup = {
    submit(task: Task | string, input: unknown, options?: SubmitOptions) {
      const future = calls.submit(task as Task, input, options);
      members.push(future);
      return future as CoroutineFuture<never>;
    },
  };
  let value: T;
  try {
    value = await body(group);
  } catch (thrown) {
    for (const each of members) await each.cancel();
    if (members.length > 0) await calls.wait(members);
    const errors = [thrown];
    for (const each of members) {
      await each.catch((error: unknown) => {
        // A member's error that the body let through is one error.
        if (error !== thrown) errors.push(error);
      });
    }
    const [first, ...others] = errors.filter((each) => !(each instanceof CancelledError));
    if (first === undefined) throw thrown;
    throw new RemoteError("ExceptionGroup", MESSAGE, { errors: [first, ...others] as Error[] });
  }
  if (members.length > 0) await together(members);
  return value;
}
