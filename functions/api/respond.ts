/**
 * Small things that the routes share.
 */
import type { Context } from "hono";
import type { FutureRecord } from "../../core/future.ts";
import { note } from "../http/requestLog.ts";

/** Says where the future that was made can be read, and names it in the log. */
export function location(c: Context, { id, task, priority }: FutureRecord): void {
  c.header("location", `/futures/${id}`);
  note(c, { futureId: id, task, priority });
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The same without properties that are undefined, as the rules take them. */
export function omitUndefined<T extends object>(object: T): Defined<T> {
  return Object.fromEntries(
    Object.entries(object).filter(([, value]) => value !== undefined),
  ) as Defined<T>;
}
