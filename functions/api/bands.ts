/**
 * `GET /bands`: what waits in each band, in all pools together.
 */
import type { Pool } from "../../core/pools.ts";
import type { Depth, Ports } from "../../core/ports.ts";
import type { BandView } from "../../core/wire.ts";
import type { HttpApp } from "../http/caller.ts";
import { listBands } from "../http/routes.ts";

export function addBands(app: HttpApp): void {
  app.openapi(listBands, async (c) => {
    const { ports } = c.var;
    const { bands, pools } = ports.config;
    const depths = await Promise.all(bands.map((_, band) => depthOf(ports, band, pools)));
    const views = bands.map(({ name, to }, index): BandView => {
      const above = bands[index - 1]?.to;
      return {
        name,
        ...(above === undefined ? {} : { from: above + 1 }),
        ...(to === undefined ? {} : { to }),
        ...(depths[index] ?? EMPTY),
        paused: false,
      };
    });
    return c.json({ bands: views }, 200);
  });
}

const EMPTY: Depth = { ready: 0, inFlight: 0, delayed: 0 };

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
