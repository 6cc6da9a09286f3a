/**
 * What a coroutine has done by itself, as a line of its journal.
 */
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { settlement } from "../settlement.ts";
import { type StepOutcome, settledBy } from "./endStep.ts";
import { callFields, standing } from "./makeCalls.ts";

export interface Step {
  id: string;
  /** Tells this step from any other call. */
  hash: string;
  name: string;
}

/**
 * Records a step that is done. If another run of the same step has been recorded, that one counts.
 * @param told what was delivered before it (journal.ts), encoded
 * @returns the record that counts
 * @throws JournalConflictError if another run has stored another call in its place
 */
export async function recordStep(
  ports: Ports,
  caller: FutureRecord,
  step: Step,
  told: string,
  outcome: StepOutcome,
): Promise<FutureRecord> {
  const settled = await settledBy(ports, step.id, outcome);
  const now = ports.clock.now();
  const { set } = settlement(ports.config, settled, now, { watched: true });
  const record = { ...(await begun(ports, caller, step, told)), ...set } as FutureRecord;
  return standing(record, (await ports.store.insert(record)).record);
}

/**
 * Notes, before it begins, that a step is to be run at most once.
 * @returns the record that stands there now
 * @throws JournalConflictError as recordStep
 */
export async function beginStep(
  ports: Ports,
  caller: FutureRecord,
  step: Step,
  told: string,
): Promise<FutureRecord> {
  const record = await begun(ports, caller, step, told);
  return standing(record, (await ports.store.insert(record)).record);
}

async function begun(
  ports: Ports,
  caller: FutureRecord,
  { id, hash, name }: Step,
  told: string,
): Promise<FutureRecord> {
  return {
    ...(await callFields(ports, caller, id, told)),
    id,
    kind: "step",
    state: "running",
    task: name,
    createdAt: ports.clock.now(),
    request: hash,
    turn: 0,
    attempts: 1,
    // Who began it: a later run of the coroutine must not take it for its own.
    token: caller.token as string,
  };
}
