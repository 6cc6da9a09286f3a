/**
 * Code that awaits what is not of `ctx`, such as a promise that nothing resolves: it holds its slot, and
 * nothing but its timeout ends it.
 */
import type { FutureRecord } from "../../core/future.ts";
import { describeRecord } from "./describe.ts";

/** In words, for its author. @param last the last call that it made */
export function describeForeignWait(last: FutureRecord | undefined): string {
  const after = last ? `after its call ${last.id}, ${describeRecord(last)}, ` : "";
  return (
    `${after}it awaits something that is not of ctx. What takes time belongs into a step,` +
    " ctx.step(name, run), or into a task of its own."
  );
}
