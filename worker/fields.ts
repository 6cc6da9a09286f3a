/**
 * What every log line about an attempt carries.
 */
import type { Band } from "../core/bands.ts";
import { parseTrace } from "../core/trace.ts";
import type { Dispatched } from "./dispatched.ts";

/** `submitTraceId`: the trace of the request that made the task, not that of this invocation. */
export function fieldsOf(bands: readonly Band[], { task, band }: Dispatched) {
  return {
    futureId: task.id,
    task: task.task,
    band: bands[band]?.name ?? String(band),
    attempt: task.attempts,
    submitTraceId: parseTrace(task.trace)?.id,
  };
}
