/**
 * What is done to a future that exists: settle, cancel, move.
 */
import { InvalidRequestError } from "../../core/errors.ts";
import { cancel } from "../../core/usecases/cancel.ts";
import { move } from "../../core/usecases/move.ts";
import { type Given, settle } from "../../core/usecases/settle.ts";
import type { HttpApp } from "../http/caller.ts";
import { note } from "../http/requestLog.ts";
import { serve } from "../http/route.ts";
import { cancelFuture, moveFuture, settleFuture } from "../http/routes.ts";
import { show } from "../http/show.ts";

export function addFutures(app: HttpApp): void {
  serve(app, settleFuture, async (c) => {
    const { id } = c.req.valid("param");
    const record = await settle(c.var.ports, id, outcomeOf(c.req.valid("json")));
    note(c, { futureId: id, state: record.state });
    return c.json(await show(c.var.ports, record), 200);
  });

  serve(app, cancelFuture, async (c) => {
    const { id } = c.req.valid("param");
    const cancelled = await cancel(c.var.ports, id);
    note(c, { futureId: id, cancelled });
    return c.json({ cancelled }, 200);
  });

  serve(app, moveFuture, async (c) => {
    const { id } = c.req.valid("param");
    const { priority } = c.req.valid("json");
    note(c, { futureId: id, priority });
    return c.json(await show(c.var.ports, await move(c.var.ports, id, priority)), 200);
  });
}

/** @throws InvalidRequestError if there is neither result nor error */
export function outcomeOf(
  given: { result?: unknown } | { error: { name: string; message: string } },
): Given {
  if ("error" in given) return { error: given.error };
  if ("result" in given) return { result: JSON.stringify(given.result ?? null) };
  const message = "is missing; give a result (null counts) or an error";
  throw new InvalidRequestError([{ field: "result", message }]);
}
