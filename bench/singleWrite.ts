/**
 * How long one write takes, as the worker sees it in the very run that is measured: a worker's
 * calls on account of a settled task follow one another, so the time from the arrival of one to that
 * of the next is the first one's latency, the client's own part included.
 */
import type { Call, Interceptor } from "../local/index.ts";

export function createWriteWatch() {
  const last = new Map<string, { call: Call; at: number }>();
  const times: number[] = [];
  const interceptor: Interceptor = (call, next) => {
    const session = call.session ?? "";
    const before = last.get(session);
    const at = performance.now();
    // Settling the task, then its report: nothing comes between the two.
    if (before && isUpdate(before.call, false) && isUpdate(call, true)) times.push(at - before.at);
    last.set(session, { call, at });
    return next(call);
  };
  return { interceptor, times: (): readonly number[] => times };
}

function isUpdate({ operation, body }: Call, ofTally: boolean): boolean {
  if (operation !== "UpdateItem") return false;
  const key = body.Key as { sk?: { S?: string } } | undefined;
  return (key?.sk?.S === "tally") === ofTally;
}
