/**
 * Which URL a queue has.
 */
import type { PoolQueues, QueueResources } from "../../core/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { QueueName } from "../../core/ports.ts";

export function queueUrl(resources: QueueResources, queue: QueueName): string {
  if (queue === "settle") return resources.settleQueue;
  const pool = poolQueues(resources, queue.pool);
  if ("band" in queue) return pool.bands[queue.band] ?? missing(pool, `band ${queue.band}`);
  if (queue.permits === "any") return pool.permits;
  return pool.reserved ?? missing(pool, "reserved slots");
}

/** @throws ConfigurationError in a function that is not given the dead-letter queues */
export function deadQueueUrl(resources: QueueResources, queue: QueueName): string {
  const url = queueUrl(resources, queue);
  const dead = resources.deadQueues.get(url);
  if (!dead) throw new ConfigurationError(`FORERUN_DEAD_QUEUES has none that goes with ${url}.`);
  return dead;
}

function poolQueues({ pools }: QueueResources, name: string | undefined): PoolQueues {
  const pool = name === undefined ? pools[0] : pools.find((each) => each.name === name);
  if (!pool) throw new ConfigurationError(`FORERUN_POOLS has no pool ${name}.`);
  return pool;
}

function missing({ name }: PoolQueues, what: string): never {
  throw new ConfigurationError(`FORERUN_POOLS: the pool ${name} has no queue of ${what}.`);
}
