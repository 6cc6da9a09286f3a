/**
 * `POST /promises`, and `POST /approvals/{id}` for those that have a token.
 */
import { InvalidRequestError } from "../../core/errors.ts";
import { approve } from "../../core/usecases/approve.ts";
import { createPromise } from "../../core/usecases/createTimed.ts";
import * as routes from "../http/approvalRoutes.ts";
import type { HttpApp } from "../http/caller.ts";
import { serve } from "../http/route.ts";
import { show } from "../http/show.ts";
import { outcomeOf } from "./futures.ts";
import { location, omitUndefined } from "./respond.ts";

export function addApprovals(app: HttpApp): void {
  serve(app, routes.createPromise, async (c) => {
    const { ports } = c.var;
    const { record, token } = await createPromise(ports, omitUndefined(c.req.valid("json")));
    location(c, record);
    const shown = await show(ports, record);
    return c.json(token === undefined ? shown : { ...shown, token }, 201);
  });

  serve(app, routes.approvePromise, async (c) => {
    const { id } = c.req.valid("param");
    const { token, ...given } = c.req.valid("json");
    const right = theOne(token, bearer(c.req.header("authorization")));
    const { state } = await approve(c.var.ports, id, right, outcomeOf(given));
    // No more of it: the holder of a token may settle the promise, not read it.
    return c.json({ id, state: state === "failed" ? state : ("succeeded" as const) }, 200);
  });
}

function bearer(header: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
}

function theOne(inBody: string | undefined, inHeader: string | undefined): string {
  const refuse = (message: string) => new InvalidRequestError([{ field: "token", message }]);
  if (inBody !== undefined && inHeader !== undefined) {
    throw refuse("stands in the body and in the header authorization; leave out one");
  }
  const token = inBody ?? inHeader;
  if (token === undefined) throw refuse("is missing; give it here, or as Authorization: Bearer");
  return token;
}
