/**
 * All sabotages, by name.
 */
import { OF_QUEUES } from "./ofQueues.ts";
import { OF_STORE } from "./ofStore.ts";
import type { Sabotage } from "./sabotage.ts";

export const SABOTAGES = { ...OF_QUEUES, ...OF_STORE } satisfies Record<string, Sabotage>;

export type SabotageName = keyof typeof SABOTAGES;
