/**
 * What became of futures and calls, in the words of scenarios.
 */
import { BadRequestError, type Future, InvalidStateError } from "../../client/index.ts";
import type { ErrorRecord } from "../../core/future.ts";
import type { Outcome } from "./scenario.ts";

export interface Clock {
  /** When tick 0 was, in milliseconds since the epoch. */
  begun: number;
  /** Milliseconds of a tick. */
  tick: number;
}

export function outcomeOf(
  future: Future,
  { begun, tick, names }: Clock & { names: (id: string) => string },
): Outcome {
  const { state, result, error, settledAt } = future;
  const at = (Date.parse(settledAt ?? "") - begun) / tick;
  switch (state) {
    case "succeeded":
      return { state, result: plain(result, names), at };
    case "failed":
      return { state, error: errorOf(error), at };
    case "cancelled":
      return { state, at };
    default:
      return { state: "pending" };
  }
}

/** What asyncio raises for what the API refuses; any other error by its own name. */
export function refusalOf(error: unknown): string {
  if (error instanceof InvalidStateError) return "InvalidStateError";
  if (error instanceof BadRequestError) return "ValueError";
  return error instanceof Error ? error.name : String(error);
}

function errorOf(error: ErrorRecord | undefined): unknown {
  if (error?.name !== "ExceptionGroup") return error?.name;
  const members = (error.errors ?? []).map((each) => JSON.stringify(errorOf(each)));
  return { group: members.sort() };
}

/** Ids as names again, and errors by their names only. */
function plain(value: unknown, names: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => plain(each, names));
  if (isErrorPlace(value)) return { error: errorOf(value.error) };
  if (!isDoneAndPending(value)) return value;
  return { done: value.done.map(names).sort(), pending: value.pending.map(names).sort() };
}

/** What stands in a list in place of a member that failed. */
function isErrorPlace(value: unknown): value is { error: ErrorRecord } {
  const { name, message } = ((value as { error?: unknown } | null)?.error ?? {}) as ErrorRecord;
  return typeof name === "string" && typeof message === "string";
}

function isDoneAndPending(value: unknown): value is { done: string[]; pending: string[] } {
  const { done, pending } = (value ?? {}) as { done?: unknown; pending?: unknown };
  return [done, pending].every(
    (list) => Array.isArray(list) && list.every((each) => typeof each === "string"),
  );
}
