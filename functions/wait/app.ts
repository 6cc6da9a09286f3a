/**
 * Reads of futures, held until one settles. A function of its own with reserved concurrency, so
 * that held requests take nothing from submissions.
 */
import type { Ports } from "../../core/ports.ts";
import { awaitFutures } from "../../core/usecases/awaitFutures.ts";
import { createHttpApp } from "../http/app.ts";
import type { HttpLogger } from "../http/problems.ts";
import { readFuture, readFutures } from "../http/routes.ts";
import { show } from "../http/show.ts";

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
    const futures = await Promise.all(records.map((record) => show(ports, record)));
    return c.json({ futures }, 200);
  });
  return app;
}
