/**
 * The calls for aggregates of any size: opening, filling and sealing them, and reading their results
 * and reports in pages.
 */
import * as z from "zod/mini";
import { createRoute } from "./route.ts";
import {
  body,
  CONFLICT,
  FAILURES,
  FULL,
  future,
  json,
  MAKING,
  NOT_FOUND,
  SIZES,
  UNPROCESSABLE,
  Wait,
} from "./routeParts.ts";
import { Reports, Results, Tree } from "./schemas/answers.ts";
import { IdParameter } from "./schemas/common.ts";
import {
  Cursor,
  MembersRequest,
  OpenRequest,
  ResultsQuery,
  SealRequest,
} from "./schemas/opened.ts";

export const openAggregate = createRoute({
  method: "post",
  path: "/aggregates/open",
  summary: "Open an aggregate, to add members in pages and then seal it",
  request: () => body(OpenRequest()),
  responses: () => ({ 201: future("Open."), ...MAKING() }),
});

export const addMembers = createRoute({
  method: "post",
  path: "/futures/{id}/members",
  summary: "Add members to an open aggregate; a repeat changes nothing",
  request: () => ({ params: IdParameter(), ...body(MembersRequest()) }),
  responses: () => ({
    200: { description: "Added.", content: json(z.object({ added: z.int() })) },
    ...FAILURES(),
    ...SIZES(),
    ...NOT_FOUND(),
    ...CONFLICT(),
    ...UNPROCESSABLE(),
    ...FULL(),
  }),
});

export const sealAggregate = createRoute({
  method: "post",
  path: "/futures/{id}/seal",
  summary: "Seal an open aggregate: no member follows, and its policy decides from now on",
  request: () => ({ params: IdParameter(), ...body(SealRequest()) }),
  responses: () => ({
    200: future("Sealed."),
    ...FAILURES(),
    ...SIZES(),
    ...NOT_FOUND(),
    ...CONFLICT(),
  }),
});

export const readResults = createRoute({
  method: "get",
  path: "/futures/{id}/results",
  summary: "Read an aggregate's list of results in pages",
  request: () => ({ params: IdParameter(), query: ResultsQuery() }),
  responses: () => ({
    200: { description: "A page; `next` is where the following begins.", content: json(Results()) },
    ...FAILURES(),
    ...NOT_FOUND(),
    ...CONFLICT(),
  }),
});

export const readReports = createRoute({
  method: "get",
  path: "/futures/{id}/reports",
  summary: "Read which members have reported, as they do; held until one has",
  request: () => ({
    params: IdParameter(),
    query: z.strictObject({ after: Cursor(), wait: Wait() }),
  }),
  responses: () => ({
    200: { description: "In the order of their reports.", content: json(Reports()) },
    ...FAILURES(),
    ...NOT_FOUND(),
  }),
});

export const readTree = createRoute({
  method: "get",
  path: "/futures/{id}/tree",
  summary: "Read a future with what it has made, and what that has made",
  request: () => ({ params: IdParameter() }),
  responses: () => ({
    200: { description: "At most 1,000 futures, the upper levels first.", content: json(Tree()) },
    ...FAILURES(),
    ...NOT_FOUND(),
  }),
});
