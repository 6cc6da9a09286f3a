/**
 * The HTTP API, all but reads of futures.
 */
import type { Ports } from "../../core/ports.ts";
import type { Manifest } from "../../core/wire.ts";
import { createHttpApp } from "../http/app.ts";
import { readReports, readResults } from "../http/openedRoutes.ts";
import type { HttpLogger } from "../http/problems.ts";
import { readFuture, readFutures } from "../http/routes.ts";
import { addAggregates } from "./aggregates.ts";
import { addBands } from "./bands.ts";
import { addFutures } from "./futures.ts";
import { InputCheck } from "./inputs.ts";
import { addOpened } from "./opened.ts";
import { addTasks } from "./tasks.ts";

export interface ApiOptions {
  ports: Ports;
  manifest: Manifest;
  logger: HttpLogger;
}

export function createApi({ ports, manifest, logger }: ApiOptions) {
  const app = createHttpApp(logger);
  const inputs = new InputCheck(manifest, ports.config.maxTimeoutSeconds);
  addTasks(app, ports, inputs);
  addAggregates(app, ports);
  addOpened(app, ports, inputs);
  addFutures(app, ports);
  addBands(app, ports);
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
