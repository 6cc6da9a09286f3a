/**
 * A line in the log for each request: at debug, because lines cost money, unless it was refused or
 * failed. Never inputs or results: they are the users'.
 */
import type { Context, Next } from "hono";
import type { HttpLogger } from "./problems.ts";

/** What a route adds to its request's line. */
const notes = new WeakMap<Request, Record<string, unknown>>();

/** Adds fields to the line of the request that is being served, such as the future's id. */
export function note(c: Context, fields: Record<string, unknown>): void {
  notes.set(c.req.raw, { ...notes.get(c.req.raw), ...fields });
}

export function logRequests(logger: HttpLogger) {
  return async (c: Context, next: Next): Promise<void> => {
    const begun = performance.now();
    await next();
    const { status } = c.res;
    logger[status < 400 ? "debug" : "info"]("request", {
      method: c.req.method,
      path: c.req.path,
      status,
      milliseconds: Math.round(performance.now() - begun),
      ...notes.get(c.req.raw),
    });
  };
}
