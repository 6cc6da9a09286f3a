/**
 * The HTTP API, all but reads of futures.
 */
import { Backlog } from "../../core/usecases/backlog.ts";
import type { Manifest } from "../../core/wire.ts";
import { createHttpApp, type HttpOptions } from "../http/app.ts";
import { addAggregates } from "./aggregates.ts";
import { addApprovals } from "./approvals.ts";
import { addBands } from "./bands.ts";
import { addFutures } from "./futures.ts";
import { InputCheck } from "./inputs.ts";
import { addOpened } from "./opened.ts";
import { addTasks } from "./tasks.ts";

export interface ApiOptions extends HttpOptions {
  manifest: Manifest;
  /** Gives GET /openapi.json, as text (http/document.ts). */
  document: () => string;
}

export function createApi({ manifest, document, ...options }: ApiOptions) {
  const app = createHttpApp(options);
  const inputs = new InputCheck(manifest, options.ports.config);
  const backlog = new Backlog();
  addTasks(app, inputs, backlog);
  addAggregates(app);
  addApprovals(app);
  addOpened(app, inputs, backlog);
  addFutures(app);
  addBands(app);
  app.get("/openapi.json", (c) => c.body(document(), 200, { "content-type": "application/json" }));
  return app;
}
