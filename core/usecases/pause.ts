/**
 * `POST /bands/{band}/pause` and `/resume`.
 */
import type { Pauses, Place } from "../pauses.ts";
import { mayReserve, type Pool } from "../pools.ts";
import type { Ports } from "../ports.ts";
import { check } from "../queueNames.ts";
import { ring } from "./ring.ts";

/**
 * Pauses a band: within seconds no slot takes work of it. To pause it again changes nothing.
 * @param pool by its name. @default all pools
 * @throws InvalidRequestError if there is no such band or pool
 */
export async function pause(ports: Ports, band: string, pool?: string): Promise<Pauses> {
  const { places } = find(ports, band, pool);
  return ports.store.changePauses({ pause: { places, at: ports.clock.now() } });
}

/**
 * Resumes a band. The permits of what waits were dropped while it was paused, so as many are rung as
 * there are slots; each that finds such work rings the next. If this dies in between, or the
 * queue's count lags behind, the sweeper rings within a minute.
 * @throws InvalidRequestError if there is no such band or pool
 */
export async function resume(ports: Ports, band: string, pool?: string): Promise<Pauses> {
  const { places, pools, index } = find(ports, band, pool);
  // Before the permits: a worker that gets one must find the band resumed.
  const pauses = await ports.store.changePauses({ resume: places });
  await Promise.all(pools.map((each) => ringFor(ports, each, index)));
  return pauses;
}

async function ringFor(ports: Ports, pool: Pool, band: number): Promise<void> {
  const { ready } = await ports.queues.depth({ band, pool: pool.name });
  // At least one, since the count may lag.
  const wanted = [{ band, ready: Math.max(1, ready) }];
  await ring(ports, { permits: "any", pool: pool.name }, wanted, pool.slots);
  if (!mayReserve(pool, band) || !pool.reserved) return;
  await ring(ports, { permits: "reserved", pool: pool.name }, wanted, pool.reserved.slots);
}

interface Found {
  index: number;
  pools: readonly Pool[];
  places: readonly Place[];
}

function find({ config }: Pick<Ports, "config">, band: string, pool: string | undefined): Found {
  check("band", band, config.bands);
  check("pool", pool, config.pools);
  const index = config.bands.findIndex(({ name }) => name === band);
  const pools = config.pools.filter(({ name }) => pool === undefined || name === pool);
  return { index, pools, places: pools.map(({ name }) => ({ pool: name, band })) };
}
