/**
 * `GET /bands`: what waits in each band.
 */
import type { BandView } from "../../core/wire.ts";
import type { HttpApp } from "../http/caller.ts";
import { listBands } from "../http/routes.ts";

export function addBands(app: HttpApp): void {
  app.openapi(listBands, async (c) => {
    const { bands } = c.var.ports.config;
    const depths = await Promise.all(bands.map((_, band) => c.var.ports.queues.depth({ band })));
    const views = bands.map(({ name, to }, index): BandView => {
      const above = bands[index - 1]?.to;
      return {
        name,
        ...(above === undefined ? {} : { from: above + 1 }),
        ...(to === undefined ? {} : { to }),
        ...(depths[index] ?? { ready: 0, inFlight: 0, delayed: 0 }),
        paused: false,
      };
    });
    return c.json({ bands: views }, 200);
  });
}
