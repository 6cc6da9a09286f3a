/**
 * Calls of the API: what they take and answer is said once, and holds for what is checked, for the
 * types of the handlers, and for GET /openapi.json (document.ts).
 */
import type { Context, TypedResponse } from "hono";
import type { JSONParsed } from "hono/utils/types";
import * as z from "zod/mini";
import { InvalidRequestError } from "../../core/errors.ts";
import type { HttpApp, HttpEnv } from "./caller.ts";
import { fieldErrors } from "./issues.ts";
import { once } from "./schemas/once.ts";

type Schema = z.ZodMiniType;

/** By media type. */
type Content = Readonly<Record<string, { schema: Schema }>>;

export interface Route {
  method: "get" | "post";
  /** With parameters in braces, as OpenAPI writes them. */
  path: string;
  summary: string;
  /** Made when it is first called. */
  request?: () => Request;
  /** By status; made for the document only. */
  responses: () => Readonly<Record<number, { description: string; content: Content }>>;
}

interface Request {
  params?: Schema;
  query?: Schema;
  body?: { content: { "application/json": { schema: Schema } }; required: true };
}

/** The route as it is, with its exact type. */
export function createRoute<const R extends Route>(route: R): R {
  return route;
}

type Output<S> = S extends Schema ? z.output<S> : never;

type Asked<R extends Route> = ReturnType<NonNullable<R["request"]>>;

type Taken<R extends Route> = {
  [K in "params" | "query" as K extends "params" ? "param" : K]: Output<Asked<R>[K]>;
} & {
  json: Output<NonNullable<Asked<R>["body"]>["content"]["application/json"]["schema"]>;
};

type Responses<R extends Route> = ReturnType<R["responses"]>;

type Answered<R extends Route> = {
  [Status in keyof Responses<R>]: Responses<R>[Status] extends {
    content: { "application/json": { schema: infer S } };
  }
    ? TypedResponse<JSONParsed<Output<S>>, Status & (200 | 201 | 202), "json">
    : never;
}[keyof Responses<R>];

/** Has what was sent as `c.req.valid("param")`, `("query")` and `("json")`. */
type RouteHandler<R extends Route> = (
  c: Context<HttpEnv, string, { in: Taken<R>; out: Taken<R> }>,
) => Promise<Answered<R>>;

/**
 * Serves a call. What does not fit its schemas is refused before the handler sees it; the body has
 * been looked at by then (body.ts).
 */
export function serve<const R extends Route>(
  app: HttpApp,
  { method, path, request = () => ({}) }: R,
  handler: RouteHandler<R>,
): void {
  const asked = once<Request>(request);
  app.on(method, path.replaceAll(/\{(.+?)\}/g, ":$1"), async (c) => {
    const { query, params, body } = asked();
    if (query) keep(c, "query", query, valuesOf(c.req.queries()));
    if (params) keep(c, "param", params, c.req.param());
    if (body) keep(c, "json", body.content["application/json"].schema, await c.req.json());
    return handler(c as never) as unknown as Promise<Response>;
  });
}

/** @throws InvalidRequestError that names the fields */
function keep(c: Context, target: "query" | "param" | "json", schema: Schema, value: unknown) {
  const { success, data, error } = z.safeParse(schema, value);
  if (!success) {
    throw new InvalidRequestError(fieldErrors(error.issues, target === "json" ? "body" : target));
  }
  c.req.addValidatedData(target, data as object);
}

/** A parameter that comes several times is a list. */
function valuesOf(queries: Record<string, string[]>): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(queries).map(([name, values]) => [
      name,
      values.length === 1 ? (values[0] ?? "") : values,
    ]),
  );
}
