/**
 * Calls in words, for the errors that name them.
 */
import type { FutureRecord } from "../../core/future.ts";
import type { Making } from "../../core/usecases/makeCalls.ts";

/** A call as its record tells it. */
export function describeRecord({ kind, task, size }: FutureRecord): string {
  if (kind === "task") return `submit("${task}")`;
  if (kind === "step") return `step("${task}")`;
  if (kind === "timer") return "sleep";
  return size === undefined ? kind : `${kind} of ${size}`;
}

/** A call that is being made. */
export function describeMaking(making: Making): string {
  switch (making.make) {
    case "task":
      return `submit("${making.request.task}")`;
    case "timer":
      return "sleep";
    case "promise":
      return "promise";
    case "aggregate":
      return `${making.policy.of} of ${making.of.length}`;
  }
}
