/**
 * `POST /aggregates/open`, and the members and the sealing of what was opened.
 */
import { addMembers } from "../../core/usecases/addMembers.ts";
import type { Backlog } from "../../core/usecases/backlog.ts";
import { openAggregate } from "../../core/usecases/openAggregate.ts";
import { seal } from "../../core/usecases/seal.ts";
import type { HttpApp } from "../http/caller.ts";
import * as routes from "../http/openedRoutes.ts";
import { serve } from "../http/route.ts";
import { show } from "../http/show.ts";
import type { InputCheck } from "./inputs.ts";
import { policyOf } from "./policy.ts";
import { location, omitUndefined } from "./respond.ts";
import { refuse, tasksOf } from "./tasks.ts";

export function addOpened(app: HttpApp, inputs: InputCheck, backlog: Backlog): void {
  serve(app, routes.openAggregate, async (c) => {
    const given = c.req.valid("json");
    const { id, members, sealWithinSeconds, priority } = given;
    const timeoutSeconds = "timeoutSeconds" in given ? given.timeoutSeconds : undefined;
    const rest = omitUndefined({ id, timeoutSeconds, priority });
    const policy = policyOf(given);
    const record = await openAggregate(c.var.ports, {
      ...rest,
      policy,
      members,
      sealWithinSeconds,
    });
    location(c, record);
    return c.json(await show(c.var.ports, record), 201);
  });

  serve(app, routes.addMembers, async (c) => {
    const { id } = c.req.valid("param");
    const given = c.req.valid("json");
    if ("of" in given) return c.json({ added: await addMembers(c.var.ports, id, given) }, 200);
    const { start, tasks } = given;
    refuse(await inputs.checkAll(tasks));
    const members = { start, tasks: tasksOf(c.var.ports, inputs, tasks) };
    await backlog.admit(c.var.ports, members.tasks, "tasks");
    return c.json({ added: await addMembers(c.var.ports, id, members) }, 200);
  });

  serve(app, routes.sealAggregate, async (c) => {
    const { id } = c.req.valid("param");
    const { size } = c.req.valid("json");
    return c.json(await show(c.var.ports, await seal(c.var.ports, id, size)), 200);
  });
}
