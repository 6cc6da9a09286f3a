/**
 * How long the workers' functions may run: each for the longest task that its pool takes.
 */
import { ConfigurationError } from "../core/errors.ts";
import { DEFAULT_POOL } from "../core/pools.ts";
import {
  DEFAULT_TIMEOUT_SECONDS,
  FINISH_SECONDS,
  INVOCATION_CAP_SECONDS,
} from "../core/taskLimits.ts";
import type { Manifest } from "../core/wire.ts";
import type { ResolvedPool } from "./pools.ts";

/** A pool whose limit is known, of its own wish or by its tasks. */
export type TimedPool = ResolvedPool & {
  /** The longest `timeoutSeconds` that an attempt in it may ask for. */
  timeoutSeconds: number;
};

/**
 * The pools with their limits.
 * @throws ConfigurationError that names a task which asks for more than its pool allows
 */
export function timePools(manifest: Manifest, pools: readonly ResolvedPool[]): TimedPool[] {
  return pools.map((pool) => {
    const own = Object.entries(manifest.tasks).filter(
      ([, task]) => (task.pool ?? DEFAULT_POOL) === pool.name,
    );
    const { timeoutSeconds: most } = pool;
    if (most === undefined) {
      const longest = own.map(([, task]) => task.timeoutSeconds);
      const timeoutSeconds = Math.ceil(Math.max(DEFAULT_TIMEOUT_SECONDS, ...longest));
      return { ...pool, timeoutSeconds };
    }
    for (const [name, { timeoutSeconds }] of own) {
      if (timeoutSeconds <= most) continue;
      const property = pool.name === DEFAULT_POOL ? "" : `pools.${pool.name}.`;
      throw new ConfigurationError(
        `Task ${name}: its timeoutSeconds is ${timeoutSeconds}; Forerun's property ` +
          `${property}timeoutSeconds allows ${most}. Lower the one, or raise the other.`,
      );
    }
    return { ...pool, timeoutSeconds: most };
  });
}

/** Seconds that the function of a pool may run, its last task's end included. */
export function functionSeconds({ timeoutSeconds }: Pick<TimedPool, "timeoutSeconds">): number {
  return timeoutSeconds + INVOCATION_CAP_SECONDS + FINISH_SECONDS;
}
