/**
 * A replay that does otherwise than the journal says, in words: which call was what, and what is.
 */
import type { FutureRecord } from "../../core/future.ts";
import { awaitedId, type Delivery } from "../../core/journal.ts";
import { NonDeterminismError } from "../errors.ts";
import { describeRecord } from "./describe.ts";

/** Where a replay stands. */
export interface Place {
  /** The coroutine's id. */
  task: string;
  /** Calls that it has made. */
  calls: number;
  /** The call that it made next when it was first run, if that is recorded. */
  expected: FutureRecord | undefined;
}

function diverged(task: string, how: string): NonDeterminismError {
  return new NonDeterminismError(`${task} did otherwise in a replay: ${how}.`);
}

/** A call is not what it was. */
export function otherCall(task: string, record: FutureRecord, is: string): NonDeterminismError {
  const was = describeRecord(record);
  const detail = was === is ? `${is} with other arguments` : is;
  return diverged(task, `the call ${record.id} was ${was} and is now ${detail}`);
}

/** A call is made before what it came after. */
export function earlyCall(
  task: string,
  number: number,
  is: string,
  awaited: string,
): NonDeterminismError {
  const before = `before what it awaited then, ${awaited}, was delivered`;
  return diverged(task, `it makes call ${number}, ${is}, ${before}`);
}

/** It waits where it made a call, or for something else. */
export function otherWait(
  { task, calls, expected }: Place,
  next: Delivery | undefined,
  awaits: Iterable<string>,
): NonDeterminismError {
  const what = expected ? `, ${describeRecord(expected)},` : "";
  const was =
    next?.calls === calls
      ? `it awaited ${awaitedId(task, next.key)} when it was first run`
      : `it made call ${calls}${what} when it was first run`;
  const is = `it now awaits ${[...awaits].join(", ")} after ${calls} calls`;
  return diverged(task, `${was}, and ${is}, where nothing else can happen`);
}

/** It ends where it went on. */
export function earlyEnd({ task, calls, expected }: Place): NonDeterminismError {
  const was = expected ? `made call ${calls}, ${describeRecord(expected)}` : "awaited more";
  return diverged(task, `it ended after ${calls} calls, where it ${was} when it was first run`);
}
