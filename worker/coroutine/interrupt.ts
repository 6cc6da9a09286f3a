/**
 * Interrupts the body of a task group, as asyncio cancels the task that waits in one when a member
 * fails: first it goes to what the body awaits, and the body hears of it once that has ended; if
 * nothing accepts it, at once, at the await that has lasted longest.
 *
 * Nothing of this is recorded but the member's failure, when it was delivered, and what was asked to
 * be cancelled: a replay comes to the same.
 */
import { type AwaitKey, awaitedId } from "../../core/journal.ts";
import type { Policy } from "../../core/policies.ts";
import { CancelledError } from "../errors.ts";
import type { Scope } from "./scope.ts";
import type { Steps } from "./steps.ts";
import type { Waits } from "./waits.ts";

/** What of a coroutine takes part in it. */
export interface Parts {
  /** The coroutine's id. */
  task: string;
  waits: Waits;
  steps: Steps;
  aggregates: Aggregates;
  /** Asks for the cancellation of futures, as one step. @returns ids of those that accept it */
  cancel(ids: readonly string[]): Promise<readonly string[]>;
}

export interface Aggregate {
  /** Ids of its members. */
  of: readonly string[];
  policy: Policy;
}

/** The aggregates that a coroutine has made, by their ids. */
export type Aggregates = ReadonlyMap<string, Aggregate>;

/** Why a body is interrupted. */
export interface Failure {
  /** Id of the member that has failed. */
  failed: string;
  /** Ids of the others. */
  others: readonly string[];
}

/** What the code of a body that is interrupted gets. */
export function interruption(): CancelledError {
  return new CancelledError("A task of its group has failed.");
}

/** @param failure not given if it lands later than it happened */
export async function interrupt(
  { task, waits, steps, aggregates, cancel }: Parts,
  scope: Scope,
  { failed, others }: Partial<Failure> = {},
): Promise<void> {
  const idOf = ({ key }: { key: AwaitKey }) => awaitedId(task, key);
  const error = interruption();
  // As long as nobody knows whether they accept it, what they give is not delivered.
  const held = waits.hold(scope);
  const futures = held.filter((each) => !each.isStep);
  steps.abort(error, new Set(held.filter((each) => each.isStep).map(idOf)));
  const asked = futures.flatMap((each) => askedOf(aggregates, idOf(each), failed));
  const ids = [...new Set([...(others ?? []), ...asked])];
  const accepted = new Set(ids.length > 0 ? await cancel(ids) : []);
  const [longest] = futures;
  // A step ends when it likes, and if it is not by a cancellation, the code goes on until it awaits.
  if (!longest) scope.interruptNext();
  else {
    const isHeard = futures.some((each) => isWaitForOf(aggregates, idOf(each), failed));
    if (!isHeard && !asked.some((id) => accepted.has(id))) {
      waits.interrupt(longest.key, scope, error);
    }
  }
  waits.release(held);
}

/**
 * Who is asked when an awaited future is to be cancelled: it; or if it fails with that member, as a
 * gather does, what it awaits beside that. In asyncio it passes the cancellation on just before it hears
 * of the failure; and if that was accepted, its `await` throws what it has failed with.
 */
function askedOf(aggregates: Aggregates, id: string, failed: string | undefined): string[] {
  if (id === failed) return [];
  if (!failsWith(aggregates, id, failed)) return [id];
  const { of = [] } = aggregates.get(id) ?? {};
  return of.flatMap((each) => askedOf(aggregates, each, failed));
}

function failsWith(aggregates: Aggregates, id: string, failed: string | undefined): boolean {
  if (id === failed) return true;
  const { policy, of = [] } = aggregates.get(id) ?? {};
  const isGather = policy?.of === "gather" && !policy.returnExceptions;
  if (!isGather && policy?.of !== "waitFor") return false;
  return of.some((each) => failsWith(aggregates, each, failed));
}

/** A waitFor of the member accepts every cancellation, and hands out what the member has ended with. */
function isWaitForOf(aggregates: Aggregates, id: string, failed: string | undefined): boolean {
  return aggregates.get(id)?.policy.of === "waitFor" && failsWith(aggregates, id, failed);
}
