/**
 * What a coroutine had stored when it was ended by another than its own code: its worker may have
 * died after it stored a call, and before that was sent on its way.
 */
import { type FutureRecord, isMidway, isTerminal } from "../future.ts";
import { callId, MAX_CALLS } from "../journal.ts";
import type { Ports } from "../ports.ts";
import { interruptStep } from "./endStep.ts";

/** Calls that are looked for together; few, since most that are lost have stored few. */
const PAGE = 10;

/** Whether the running task is a coroutine; one that was never suspended shows it by its calls alone. */
export async function hasCalled(ports: Ports, task: FutureRecord): Promise<boolean> {
  return isMidway(task) || (await ports.store.read(callId(task, 0))) !== undefined;
}

/**
 * What runs on a coroutine's account runs on, whatever became of it.
 * @returns its calls that may not have begun, or have settled and told nobody
 */
export async function findStrays(
  ports: Ports,
  task: FutureRecord,
): Promise<readonly FutureRecord[]> {
  const found: FutureRecord[] = [];
  // Those before were sent by the time that it was suspended.
  for (let call = task.calls ?? 0; call < MAX_CALLS; call += PAGE) {
    const ids = Array.from({ length: PAGE }, (_, index) => callId(task, call + index));
    const page = await ports.store.readMany(ids);
    found.push(...page.values());
    // One may be missing among others: a step that was never recorded.
    if (page.size === 0) break;
  }
  if (isTerminal(task)) {
    // Nobody will record how they have ended.
    const steps = found.filter((each) => each.kind === "step" && !isTerminal(each));
    for (const { id, task: name = "" } of steps) await interruptStep(ports, id, name);
  }
  return found.filter((each) => each.kind !== "step");
}
