/**
 * Scenarios with coroutines: programs that await, and what CPython's asyncio did with each.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { OpOutcomes, Outcome } from "../scenario.ts";
import type { Statement } from "./program.ts";

export type CoroutineOp =
  | { at: number; op: "coroutine"; as: string; body: Statement[] }
  | { at: number; op: "gather"; as: string; of: string[]; returnExceptions?: boolean }
  | { at: number; op: "cancel"; target: string };

export interface CoroutineScenario {
  id: string;
  until: number;
  ops: CoroutineOp[];
  expect: {
    futures: Record<string, Outcome>;
    ops: OpOutcomes;
    /** The side effects of each coroutine, in order. */
    effects: Record<string, string[]>;
  };
}

/** The project's own. */
export function readCoroutineScenarios(): CoroutineScenario[] {
  const file = fileURLToPath(new URL("../scenarios/coroutines.json", import.meta.url));
  return JSON.parse(readFileSync(file, "utf8")) as CoroutineScenario[];
}
