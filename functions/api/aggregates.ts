/**
 * `POST /gathers`, `/waits`, `/aggregates`, `/promises` and `/timers`.
 */
import type { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Ports } from "../../core/ports.ts";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createPromise, createTimer } from "../../core/usecases/createTimed.ts";
import type { AggregateRequest as CoreAggregate } from "../../core/usecases/requests.ts";
import * as routes from "../http/routes.ts";
import type { AggregateRequest } from "../http/schemas/requests.ts";
import { show } from "../http/show.ts";
import { policyOf } from "./policy.ts";
import { location, omitUndefined } from "./respond.ts";

type Given = z.output<typeof AggregateRequest>;

export function addAggregates(app: OpenAPIHono, ports: Ports): void {
  app.openapi(routes.createGather, async (c) => {
    const request = toCore({ policy: "gather", ...c.req.valid("json") });
    const record = await createAggregate(ports, request);
    location(c, record);
    return c.json(await show(ports, record), 201);
  });

  app.openapi(routes.createWait, async (c) => {
    const request = toCore({ policy: "wait", ...c.req.valid("json") });
    const record = await createAggregate(ports, request);
    location(c, record);
    return c.json(await show(ports, record), 201);
  });

  app.openapi(routes.createAggregate, async (c) => {
    const record = await createAggregate(ports, toCore(c.req.valid("json")));
    location(c, record);
    return c.json(await show(ports, record), 201);
  });

  app.openapi(routes.createPromise, async (c) => {
    const record = await createPromise(ports, omitUndefined(c.req.valid("json")));
    location(c, record);
    return c.json(await show(ports, record), 201);
  });

  app.openapi(routes.createTimer, async (c) => {
    const { result = null, ...rest } = c.req.valid("json");
    const request = { ...omitUndefined(rest), result: JSON.stringify(result) };
    const record = await createTimer(ports, request);
    location(c, record);
    return c.json(await show(ports, record), 201);
  });
}

function toCore(given: Given): CoreAggregate {
  const { id, of } = given;
  const timeoutSeconds = "timeoutSeconds" in given ? given.timeoutSeconds : undefined;
  return omitUndefined({ id, of, timeoutSeconds, policy: policyOf(given) });
}
