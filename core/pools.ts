/**
 * Worker pools: functions of their own (memory, role, network, slots) for some of the tasks, each
 * with its own band queues and permits; table, API and settle queue are everybody's.
 */
import { ConfigurationError } from "./errors.ts";
import type { PermitQueue, QueueName } from "./ports.ts";

export interface Pool {
  /** Lower-case letters, digits and hyphens. */
  name: string;
  /** Tasks of any band that run at the same time. */
  slots: number;
  /** Slots besides, which only the most urgent bands may fill. */
  reserved?: Reserved;
  /** The longest `timeoutSeconds` of an attempt. @default the deployment's */
  timeoutSeconds?: number;
}

export interface Reserved {
  slots: number;
  /** The index of the last band that may fill them; those above it may too. */
  through: number;
}

/** The pool of tasks that name none; the first of a deployment's pools. */
export const DEFAULT_POOL = "default";

/** The pool of that name; of a pool that a deployment has removed, the default one. */
export function poolOf(pools: readonly Pool[], name: string | undefined): Pool {
  const [first] = pools;
  if (!first) throw new ConfigurationError("pools: a deployment has at least one.");
  return name === undefined ? first : (pools.find((pool) => pool.name === name) ?? first);
}

/** Whether a task of that band may fill a reserved slot of the pool. */
export function mayReserve(pool: Pool, band: number): boolean {
  return pool.reserved !== undefined && band <= pool.reserved.through;
}

/** Whether a queue holds permits, and not messages that name futures. */
export function isPermitQueue(queue: QueueName): queue is PermitQueue {
  return typeof queue === "object" && "permits" in queue;
}
