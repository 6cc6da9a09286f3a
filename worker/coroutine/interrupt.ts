/**
 * Interrupts the body of a task group, as asyncio cancels the task that waits in one when a member
 * fails: first it goes to what the body awaits, and the body hears of it once that has ended; if
 * nothing accepts it, at once, at the await that has lasted longest.
 *
 * Nothing of this is recorded but the member's failure, when it was delivered, and what was asked to
 * be cancelled: a replay comes to the same.
 */
import { type AwaitKey, awaitedId } from "../../core/journal.ts";
import { CancelledError } from "../errors.ts";
import type { Scope } from "./scope.ts";
import type { Steps } from "./steps.ts";
import type { Waits } from "./waits.ts";

export interface Interrupted {
  /** The coroutine's id. */
  task: string;
  waits: Waits;
  steps: Steps;
  /** Asks for the cancellation of futures, as one step. @returns ids of those that accept it */
  cancel(ids: readonly string[]): Promise<readonly string[]>;
}

/** What the code of a body that is interrupted gets. */
export function interruption(): CancelledError {
  return new CancelledError("A task of its group has failed.");
}

/** @param others ids of futures that are to be cancelled in any case */
export async function interrupt(
  { task, waits, steps, cancel }: Interrupted,
  scope: Scope,
  others: readonly string[] = [],
): Promise<void> {
  const idOf = ({ key }: { key: AwaitKey }) => awaitedId(task, key);
  const error = interruption();
  // As long as nobody knows whether they accept it, what they give is not delivered.
  const held = waits.hold(scope);
  const futures = held.filter((each) => !each.isStep);
  steps.abort(error, new Set(held.filter((each) => each.isStep).map(idOf)));
  const ids = [...new Set([...others, ...futures.map(idOf)])];
  const accepted = ids.length > 0 ? await cancel(ids) : [];
  const [longest] = futures;
  // A step ends when it likes, and if it is not by a cancellation, the code goes on until it awaits.
  if (!longest) scope.interruptNext();
  else if (!futures.some((each) => accepted.includes(idOf(each)))) {
    waits.interrupt(longest.key, scope, error);
  }
  waits.release(held);
}
