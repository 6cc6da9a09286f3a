/**
 * One seed of many: what of its outcome goes into the sums, as data that threads hand over.
 */
import type { FaultKind } from "./faults.ts";
import type { Violation } from "./history.ts";
import { SABOTAGES, type SabotageName } from "./sabotage/all.ts";
import { simulate } from "./simulate.ts";

export interface SeedOptions {
  /** A protection that is taken away. */
  sabotage?: SabotageName | undefined;
  /** Whether callers submit coroutines as well. @default false */
  coroutines?: boolean | undefined;
}

export interface SeedRun {
  seed: number;
  tasks: number;
  futures: number;
  faults: ReadonlyMap<FaultKind, number>;
  violations: readonly Violation[];
  /** How often processes died at crash points, by the points' keys. */
  deaths: ReadonlyMap<string, number>;
  /** Of the crash point that it was told. */
  directed?: { visits: number; deaths: number } | undefined;
}

export async function runSeed(
  seed: number,
  { sabotage, coroutines }: SeedOptions = {},
): Promise<SeedRun> {
  const outcome = await simulate(seed, { sabotage: sabotage && SABOTAGES[sabotage], coroutines });
  const { tasks, futures, faults, violations, directed } = outcome;
  const { deaths } = outcome.crashPoints;
  return { seed, tasks, futures, faults, violations, deaths, directed };
}
