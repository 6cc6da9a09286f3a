/**
 * Reads of futures, held until one settles. A function of its own with reserved concurrency, so
 * that held requests take nothing from submissions.
 */
import type * as z from "zod/mini";
import { awaitFutures } from "../../core/usecases/awaitFutures.ts";
import { readReports as reports } from "../../core/view/reports.ts";
import { readResults as results } from "../../core/view/results.ts";
import { readTree as tree } from "../../core/view/tree.ts";
import { createHttpApp, type HttpOptions } from "../http/app.ts";
import { readReports, readResults, readTree } from "../http/openedRoutes.ts";
import { serve } from "../http/route.ts";
import { readFuture, readFutures } from "../http/routes.ts";
import type { Results } from "../http/schemas/answers.ts";
import { show, showMany } from "../http/show.ts";

export function createWaitApp(options: HttpOptions) {
  const app = createHttpApp(options);
  serve(app, readFuture, async (c) => {
    const { id } = c.req.valid("param");
    const { wait } = c.req.valid("query");
    const [record] = await awaitFutures(c.var.ports, [id], wait);
    if (!record) throw new TypeError("A read of one future gave none.");
    return c.json(await show(c.var.ports, record), 200);
  });
  serve(app, readFutures, async (c) => {
    const { ids, wait } = c.req.valid("query");
    const records = await awaitFutures(c.var.ports, ids, wait);
    const futures = await showMany(c.var.ports, records);
    return c.json({ futures }, 200);
  });
  serve(app, readResults, async (c) => {
    const { id } = c.req.valid("param");
    const { from, limit } = c.req.valid("query");
    // Equal but for the nesting of errors, which a JSON type cannot follow.
    return c.json(
      (await results(c.var.ports, id, from, limit)) as z.output<ReturnType<typeof Results>>,
      200,
    );
  });
  serve(app, readReports, async (c) => {
    const { id } = c.req.valid("param");
    const { after, wait } = c.req.valid("query");
    return c.json(await reports(c.var.ports, id, after, wait), 200);
  });
  serve(app, readTree, async (c) => {
    return c.json(await tree(c.var.ports, c.req.valid("param").id), 200);
  });
  return app;
}
