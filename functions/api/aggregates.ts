/**
 * `POST /gathers`, `/waits`, `/aggregates` and `/timers`.
 */
import type * as z from "zod/mini";
import { createAggregate } from "../../core/usecases/createAggregate.ts";
import { createTimer } from "../../core/usecases/createTimed.ts";
import type { AggregateRequest as CoreAggregate } from "../../core/usecases/requests.ts";
import type { HttpApp } from "../http/caller.ts";
import { serve } from "../http/route.ts";
import * as routes from "../http/routes.ts";
import type { AggregateRequest } from "../http/schemas/requests.ts";
import { show } from "../http/show.ts";
import { policyOf } from "./policy.ts";
import { location, omitUndefined } from "./respond.ts";

type Given = z.output<ReturnType<typeof AggregateRequest>>;

export function addAggregates(app: HttpApp): void {
  serve(app, routes.createGather, async (c) => {
    const request = toCore({ policy: "gather", ...c.req.valid("json") });
    const record = await createAggregate(c.var.ports, request);
    location(c, record);
    return c.json(await show(c.var.ports, record), 201);
  });

  serve(app, routes.createWait, async (c) => {
    const request = toCore({ policy: "wait", ...c.req.valid("json") });
    const record = await createAggregate(c.var.ports, request);
    location(c, record);
    return c.json(await show(c.var.ports, record), 201);
  });

  serve(app, routes.createAggregate, async (c) => {
    const record = await createAggregate(c.var.ports, toCore(c.req.valid("json")));
    location(c, record);
    return c.json(await show(c.var.ports, record), 201);
  });

  serve(app, routes.createTimer, async (c) => {
    const { result = null, ...rest } = c.req.valid("json");
    const request = { ...omitUndefined(rest), result: JSON.stringify(result) };
    const record = await createTimer(c.var.ports, request);
    location(c, record);
    return c.json(await show(c.var.ports, record), 201);
  });
}

function toCore(given: Given): CoreAggregate {
  const { id, of, priority } = given;
  const timeoutSeconds = "timeoutSeconds" in given ? given.timeoutSeconds : undefined;
  return omitUndefined({ id, of, timeoutSeconds, priority, policy: policyOf(given) });
}
