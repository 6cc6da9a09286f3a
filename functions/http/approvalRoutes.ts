/**
 * The calls for promises that a one-time token settles.
 */
import * as z from "zod/mini";
import { createRoute } from "./route.ts";
import { body, FAILURES, failure, json, MAKING, SIZES } from "./routeParts.ts";
import { Approval, ApprovalRequest, MadePromise, PromiseRequest } from "./schemas/approvals.ts";
import { IdParameter } from "./schemas/common.ts";

export const createPromise = createRoute({
  method: "post",
  path: "/promises",
  summary: "Make a future that is settled from outside, as loop.create_future()",
  request: () => body(PromiseRequest()),
  responses: () => ({ 201: { description: "Made.", content: json(MadePromise()) }, ...MAKING() }),
});

export const approvePromise = createRoute({
  method: "post",
  path: "/approvals/{id}",
  summary: "Settle a promise by its one-time token; needs no other right",
  // A query would stand in logs and browsers' histories: a token in it is refused.
  request: () => ({ params: IdParameter(), query: z.strictObject({}), ...body(ApprovalRequest()) }),
  responses: () => ({
    200: { description: "Settled.", content: json(Approval()) },
    ...FAILURES(),
    ...SIZES(),
    403: failure("Not the token of this promise, or no such promise: which, is not told."),
    409: failure("It has settled with another outcome."),
  }),
});
