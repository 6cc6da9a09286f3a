/**
 * Tasks whose input says how they behave, and whether one has ended as it could: what the simulation
 * and the chaos on real parts have in common.
 */
import type { FutureRecord } from "../../core/future.ts";

/** How a task behaves: its input. */
export interface Behaviour {
  /** How long it runs. */
  milliseconds: number;
  /** So many attempts fail with a PlannedError before it ends as `end` says. */
  failures: number;
  end: "value" | "large value" | "reject" | "hang";
  /** Characters of a large value. @default 2000 */
  characters?: number;
  /** It declines a cancellation and goes on. */
  declines: boolean;
}

export const MAX_ATTEMPTS = 3;

/** What is known of a task that has settled. */
export interface Ended {
  behaviour: Behaviour;
  cancelRequested: boolean;
  /** Deaths, failed calls and lost answers: what may have cost an attempt. */
  mishaps: number;
  /** Attempts that were begun. */
  claims: number;
  /** Runs of its handler. */
  starts: number;
}

/** A promise that was broken, by its number, and how. */
export type Flaw = readonly [promise: 2 | 3 | 7, what: string];

/** What is wrong with how a task has ended, its result apart. */
export function flawsOfTask(
  { state, error, attempts }: FutureRecord,
  { behaviour, cancelRequested, mishaps, claims, starts }: Ended,
): Flaw[] {
  const { end, failures } = behaviour;
  const flaws: Flaw[] = [];
  const plain = end === "value" || end === "large value";
  if (state === "succeeded" && (!plain || attempts <= failures)) {
    flaws.push([3, "it succeeded although no attempt of it could"]);
  }
  if (state === "cancelled" && !cancelRequested) {
    flaws.push([2, "it was cancelled and nobody asked for it"]);
  }
  const whys: Record<string, boolean> = {
    PlannedError: failures >= MAX_ATTEMPTS || cancelRequested || mishaps > 0,
    NonRetryableError: end === "reject",
    TimeoutError: end === "hang" || mishaps > 0,
    WorkerLostError: mishaps > 0,
  };
  if (state === "failed" && !whys[error?.name ?? ""]) {
    flaws.push([2, `it failed with ${error?.name}`]);
  }
  if (attempts !== claims) flaws.push([7, `${attempts} attempts by ${claims} claims`]);
  if (attempts > MAX_ATTEMPTS) flaws.push([7, `${attempts} attempts`]);
  if (claims - starts > mishaps) {
    flaws.push([7, `${claims} claims, ${starts} runs, ${mishaps} mishaps`]);
  }
  return flaws;
}
