/**
 * Bands as a caller sees them: what waits in each, in all pools together, and whether it may begin.
 */
import type { Pauses } from "../pauses.ts";
import type { Pool } from "../pools.ts";
import type { Depth, Ports } from "../ports.ts";
import type { BandView } from "../wire.ts";

type Looking = Pick<Ports, "config" | "store" | "queues">;

/** All bands, most urgent first. */
export async function viewBands(ports: Looking): Promise<BandView[]> {
  const pauses = await ports.store.pauses();
  return Promise.all(ports.config.bands.map(({ name }) => viewBand(ports, name, pauses)));
}

/**
 * One band.
 * @param band its name; there is one
 * @param pauses as they stand
 */
export async function viewBand(
  ports: Pick<Looking, "config" | "queues">,
  band: string,
  { paused }: Pauses,
): Promise<BandView> {
  const { bands, pools, limits } = ports.config;
  const index = bands.findIndex(({ name }) => name === band);
  const { name = "", to } = bands[index] ?? {};
  const limit = Object.hasOwn(limits.waiting, name) ? limits.waiting[name] : undefined;
  const above = bands[index - 1]?.to;
  const pauses = paused.filter(
    (each) => each.band === name && pools.some((pool) => pool.name === each.pool),
  );
  const inSome = pauses.length > 0 && pauses.length < pools.length;
  return {
    name,
    ...(above === undefined ? {} : { from: above + 1 }),
    ...(to === undefined ? {} : { to }),
    ...(await depthOf(ports, index, pools)),
    ...(limit === undefined ? {} : { limit }),
    paused: pauses.length === pools.length,
    ...(inSome ? { pausedPools: pauses.map(({ pool }) => pool) } : {}),
    ...(pauses.length > 0
      ? { pausedSince: new Date(Math.min(...pauses.map(({ since }) => since))).toISOString() }
      : {}),
  };
}

async function depthOf(
  ports: Pick<Ports, "queues">,
  band: number,
  pools: readonly Pool[],
): Promise<Depth> {
  const depths = await Promise.all(
    pools.map(({ name }) => ports.queues.depth({ band, pool: name })),
  );
  return depths.reduce((sum, { ready, inFlight, delayed }) => ({
    ready: sum.ready + ready,
    inFlight: sum.inFlight + inFlight,
    delayed: sum.delayed + delayed,
  }));
}
