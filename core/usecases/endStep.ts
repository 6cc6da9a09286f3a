/**
 * How a coroutine's step ends.
 */
import type { ErrorRecord, FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { type Settled, settlement } from "../settlement.ts";
import { place } from "../texts.ts";

/** A result as JSON text, or an error. */
export type StepOutcome = { result: string } | { error: ErrorRecord };

/** Records how a step that was noted has ended. @returns the step as it stands */
export async function endStep(
  ports: Ports,
  id: string,
  outcome: StepOutcome,
): Promise<FutureRecord | undefined> {
  const settled = await settledBy(ports, id, outcome);
  const change = settlement(ports.config, settled, ports.clock.now(), { watched: true });
  return (await ports.store.update(id, { states: ["running"] }, change)).record;
}

/** The run that began it did not end, and nobody can tell whether it has happened. @returns as endStep */
export function interruptStep(
  ports: Ports,
  id: string,
  name: string,
): Promise<FutureRecord | undefined> {
  const message = `The step "${name}" was begun and may have happened.`;
  return endStep(ports, id, { error: { name: "StepInterruptedError", message } });
}

export async function settledBy(ports: Ports, id: string, outcome: StepOutcome): Promise<Settled> {
  if ("error" in outcome) return { state: "failed", error: outcome.error };
  const name = { id, kind: "result", tag: ports.newId() } as const;
  return { state: "succeeded", result: await place(ports, name, outcome.result) };
}
