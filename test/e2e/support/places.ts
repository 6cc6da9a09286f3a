/**
 * The bands and pools that the flows go through.
 */
import type { Band } from "../../../core/bands.ts";
import { DEFAULT_POOL } from "../../../core/pools.ts";

/** The most urgent band first, with a priority that leads to it. Two are as good as more. */
export const BANDS: readonly { name: string; priority: number; band: Band }[] = [
  { name: "Critical", priority: 1, band: { name: "critical", to: 1, share: 0 } },
  { name: "Low", priority: 9, band: { name: "low", share: 0.1 } },
];

/** The second pool. */
export const HEAVY = "heavy";

/** The pools, with what their queues' names begin with, and whether slots are reserved. */
export const POOLS = [
  { name: DEFAULT_POOL, prefix: "", reserved: true },
  { name: HEAVY, prefix: "Heavy", reserved: false },
] as const;
