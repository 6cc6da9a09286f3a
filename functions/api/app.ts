/**
 * The HTTP API, all but reads of futures.
 */
import { Backlog } from "../../core/usecases/backlog.ts";
import type { Manifest } from "../../core/wire.ts";
import { createHttpApp, type HttpOptions } from "../http/app.ts";
import { readReports, readResults } from "../http/openedRoutes.ts";
import { readFuture, readFutures } from "../http/routes.ts";
import { addAggregates } from "./aggregates.ts";
import { addApprovals } from "./approvals.ts";
import { addBands } from "./bands.ts";
import { addFutures } from "./futures.ts";
import { InputCheck } from "./inputs.ts";
import { addOpened } from "./opened.ts";
import { addTasks } from "./tasks.ts";

export interface ApiOptions extends HttpOptions {
  manifest: Manifest;
}

export function createApi({ manifest, ...options }: ApiOptions) {
  const app = createHttpApp(options);
  const inputs = new InputCheck(manifest, options.ports.config);
  const backlog = new Backlog();
  addTasks(app, inputs, backlog);
  addAggregates(app);
  addApprovals(app);
  addOpened(app, inputs, backlog);
  addFutures(app);
  addBands(app);
  // Served by the wait function, and described here with all others.
  for (const route of [readFuture, readFutures, readResults, readReports]) {
    app.openAPIRegistry.registerPath(route);
  }
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "Forerun",
      version: "1",
      description: "asyncio for AWS: tasks with priorities, futures, gather and wait.",
    },
  });
  return app;
}
