/**
 * Reads of futures, held until one settles. A function of its own with reserved concurrency, so
 * that held requests take nothing from submissions.
 */
import type { z } from "@hono/zod-openapi";
import type { Ports } from "../../core/ports.ts";
import { awaitFutures } from "../../core/usecases/awaitFutures.ts";
import { readReports as reports } from "../../core/view/reports.ts";
import { readResults as results } from "../../core/view/results.ts";
import { createHttpApp } from "../http/app.ts";
import { readReports, readResults } from "../http/openedRoutes.ts";
import type { HttpLogger } from "../http/problems.ts";
import { readFuture, readFutures } from "../http/routes.ts";
import type { Results } from "../http/schemas/answers.ts";
import { show, showMany } from "../http/show.ts";

export function createWaitApp(ports: Ports, logger: HttpLogger) {
  const app = createHttpApp(logger);
  app.openapi(readFuture, async (c) => {
    const { id } = c.req.valid("param");
    const { wait } = c.req.valid("query");
    const [record] = await awaitFutures(ports, [id], wait);
    if (!record) throw new TypeError("A read of one future gave none.");
    return c.json(await show(ports, record), 200);
  });
  app.openapi(readFutures, async (c) => {
    const { ids, wait } = c.req.valid("query");
    const records = await awaitFutures(ports, ids, wait);
    const futures = await showMany(ports, records);
    return c.json({ futures }, 200);
  });
  app.openapi(readResults, async (c) => {
    const { id } = c.req.valid("param");
    const { from, limit } = c.req.valid("query");
    // Equal but for the nesting of errors, which a JSON type cannot follow.
    return c.json((await results(ports, id, from, limit)) as z.output<typeof Results>, 200);
  });
  app.openapi(readReports, async (c) => {
    const { id } = c.req.valid("param");
    const { after, wait } = c.req.valid("query");
    return c.json(await reports(ports, id, after, wait), 200);
  });
  return app;
}
