/**
 * Bands: what waits in each, in all pools together, and whether it may begin.
 */
import { ForbiddenError } from "../../core/errors.ts";
import type { Pauses } from "../../core/pauses.ts";
import type { Pool } from "../../core/pools.ts";
import type { Depth, Ports } from "../../core/ports.ts";
import { pause, resume } from "../../core/usecases/pause.ts";
import type { BandView } from "../../core/wire.ts";
import type { HttpApp } from "../http/caller.ts";
import { note } from "../http/requestLog.ts";
import { serve } from "../http/route.ts";
import { listBands, pauseBand, resumeBand } from "../http/routes.ts";

export function addBands(app: HttpApp): void {
  serve(app, listBands, async (c) => {
    const { ports } = c.var;
    const pauses = await ports.store.pauses();
    const bands = ports.config.bands.map((_, index) => viewOf(ports, index, pauses));
    return c.json({ bands: await Promise.all(bands) }, 200);
  });

  serve(app, pauseBand, async (c) => {
    const { ports } = c.var;
    const { band } = c.req.valid("param");
    const { pool } = c.req.valid("query");
    refuseTenants(ports);
    note(c, { band, pool, paused: true });
    const pauses = await pause(ports, band, pool);
    return c.json(await viewOf(ports, indexOf(ports, band), pauses), 200);
  });

  serve(app, resumeBand, async (c) => {
    const { ports } = c.var;
    const { band } = c.req.valid("param");
    const { pool } = c.req.valid("query");
    refuseTenants(ports);
    note(c, { band, pool, paused: false });
    const pauses = await resume(ports, band, pool);
    return c.json(await viewOf(ports, indexOf(ports, band), pauses), 200);
  });
}

/** One tenant must not hold up the others. */
function refuseTenants({ tenant }: Ports): void {
  if (tenant === undefined) return;
  throw new ForbiddenError(
    "Bands are shared by all tenants: pause and resume them by `forerun bands pause BAND --stack NAME`, " +
      "with the right to invoke the sweeper function.",
  );
}

function indexOf({ config }: Ports, band: string): number {
  return config.bands.findIndex(({ name }) => name === band);
}

async function viewOf(ports: Ports, index: number, { paused }: Pauses): Promise<BandView> {
  const { bands, pools, limits } = ports.config;
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

async function depthOf(ports: Ports, band: number, pools: readonly Pool[]): Promise<Depth> {
  const depths = await Promise.all(
    pools.map(({ name }) => ports.queues.depth({ band, pool: name })),
  );
  return depths.reduce((sum, { ready, inFlight, delayed }) => ({
    ready: sum.ready + ready,
    inFlight: sum.inFlight + inFlight,
    delayed: sum.delayed + delayed,
  }));
}
