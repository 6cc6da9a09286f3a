/**
 * The queues of a deployment, and how people call them.
 */
import type { Config } from "./config.ts";
import { InvalidRequestError } from "./errors.ts";
import type { QueueName } from "./ports.ts";

/** Which queues are meant. @default all, that of the settler included */
export interface QueueFilter {
  /** The queues of this band, by its name. */
  band?: string;
  /** The queues of this pool. */
  pool?: string;
}

export interface QueueLabel {
  /** A band's name, `permits`, `reserved permits` or `settle`. */
  queue: string;
  /** Absent of the settle queue, which all pools share. */
  pool?: string;
}

export function allQueues(config: Config, filter: QueueFilter = {}): QueueName[] {
  const { band, pool } = filter;
  check("band", band, config.bands);
  check("pool", pool, config.pools);
  const pools = config.pools.filter(({ name }) => pool === undefined || name === pool);
  const queues = pools.flatMap(({ name, reserved }): QueueName[] => [
    ...[...config.bands.keys()].map((index) => ({ band: index, pool: name })),
    { permits: "any", pool: name },
    ...(reserved ? [{ permits: "reserved" as const, pool: name }] : []),
  ]);
  const all = pool === undefined ? [...queues, "settle" as const] : queues;
  return band === undefined ? all : all.filter((each) => queueLabel(config, each).queue === band);
}

export function queueLabel({ bands, pools }: Config, queue: QueueName): QueueLabel {
  if (queue === "settle") return { queue };
  const pool = queue.pool ?? pools[0]?.name ?? "";
  if ("band" in queue) return { queue: bands[queue.band]?.name ?? String(queue.band), pool };
  return { queue: queue.permits === "reserved" ? "reserved permits" : "permits", pool };
}

/** @throws InvalidRequestError that lists the names there are */
export function check(
  field: "band" | "pool",
  given: string | undefined,
  there: readonly { name: string }[],
): void {
  if (given === undefined || there.some(({ name }) => name === given)) return;
  const names = there.map(({ name }) => name).join(", ");
  throw new InvalidRequestError([
    { field, message: `no ${field} is named "${given}"; use ${names}` },
  ]);
}
