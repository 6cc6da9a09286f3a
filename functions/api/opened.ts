/**
 * `POST /aggregates/open`, and the members and the sealing of what was opened.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Ports } from "../../core/ports.ts";
import { addMembers } from "../../core/usecases/addMembers.ts";
import { openAggregate } from "../../core/usecases/openAggregate.ts";
import { seal } from "../../core/usecases/seal.ts";
import * as routes from "../http/openedRoutes.ts";
import { show } from "../http/show.ts";
import type { InputCheck } from "./inputs.ts";
import { policyOf } from "./policy.ts";
import { location, omitUndefined } from "./respond.ts";
import { refuse } from "./tasks.ts";

export function addOpened(app: OpenAPIHono, ports: Ports, inputs: InputCheck): void {
  app.openapi(routes.openAggregate, async (c) => {
    const given = c.req.valid("json");
    const { id, members, sealWithinSeconds } = given;
    const timeoutSeconds = "timeoutSeconds" in given ? given.timeoutSeconds : undefined;
    const rest = omitUndefined({ id, timeoutSeconds });
    const policy = policyOf(given);
    const record = await openAggregate(ports, { ...rest, policy, members, sealWithinSeconds });
    location(c, record);
    return c.json(await show(ports, record), 201);
  });

  app.openapi(routes.addMembers, async (c) => {
    const { id } = c.req.valid("param");
    const given = c.req.valid("json");
    if ("of" in given) return c.json({ added: await addMembers(ports, id, given) }, 200);
    const { start, tasks } = given;
    refuse(await inputs.checkAll(tasks));
    return c.json(
      {
        added: await addMembers(ports, id, {
          start,
          tasks: tasks.map((task) => inputs.toCore(task)),
        }),
      },
      200,
    );
  });

  app.openapi(routes.sealAggregate, async (c) => {
    const { id } = c.req.valid("param");
    const { size } = c.req.valid("json");
    return c.json(await show(ports, await seal(ports, id, size)), 200);
  });
}
