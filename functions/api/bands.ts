/**
 * Bands: what waits in each, in all pools together, and whether it may begin.
 */
import { ForbiddenError } from "../../core/errors.ts";
import type { Ports } from "../../core/ports.ts";
import { pause, resume } from "../../core/usecases/pause.ts";
import { viewBand, viewBands } from "../../core/view/bands.ts";
import type { HttpApp } from "../http/caller.ts";
import { note } from "../http/requestLog.ts";
import { serve } from "../http/route.ts";
import { listBands, pauseBand, resumeBand } from "../http/routes.ts";

export function addBands(app: HttpApp): void {
  serve(app, listBands, async (c) => c.json({ bands: await viewBands(c.var.ports) }, 200));

  serve(app, pauseBand, async (c) => {
    const { ports } = c.var;
    const { band } = c.req.valid("param");
    const { pool } = c.req.valid("query");
    refuseTenants(ports);
    note(c, { band, pool, paused: true });
    const pauses = await pause(ports, band, pool);
    return c.json(await viewBand(ports, band, pauses), 200);
  });

  serve(app, resumeBand, async (c) => {
    const { ports } = c.var;
    const { band } = c.req.valid("param");
    const { pool } = c.req.valid("query");
    refuseTenants(ports);
    note(c, { band, pool, paused: false });
    const pauses = await resume(ports, band, pool);
    return c.json(await viewBand(ports, band, pauses), 200);
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
