/**
 * Promises that a one-time token settles.
 */
import { z } from "@hono/zod-openapi";
import { TOKEN } from "../../../core/approval.ts";
import { Future } from "./answers.ts";
import { DelaySeconds, GivenError, Json, NewId } from "./common.ts";

export const PromiseRequest = z
  .strictObject({
    id: NewId.optional(),
    timeoutSeconds: DelaySeconds.optional(),
    token: z.boolean().optional().openapi({
      description:
        "Make a token that settles it by POST /approvals/{id}; the answer shows it once.",
    }),
    tokenHash: z
      .string()
      .regex(TOKEN, "use the SHA-256 of the token's text in base64url: 43 characters")
      .optional()
      .openapi({
        description: "In place of `token`: the hash of a token that you made, of 32 random bytes.",
      }),
  })
  .refine(({ token, tokenHash }) => !(token && tokenHash !== undefined), {
    path: ["tokenHash"],
    message: "leave out token or tokenHash: a promise has one token",
  })
  .openapi("PromiseRequest");

export const MadePromise = Future.extend({
  token: z.string().optional().openapi({ description: "Not shown again, by no call." }),
}).openapi("MadePromise");

/** Longer ones are none; a limit keeps them from being hashed. */
const MAX_TOKEN = 200;

const token = z
  .string()
  .max(MAX_TOKEN, "use the token that the promise was made with")
  .optional()
  .openapi({ description: "Here, or as `Authorization: Bearer`." });

export const ApprovalRequest = z
  .union([z.strictObject({ token, result: Json }), z.strictObject({ token, error: GivenError })])
  .openapi("ApprovalRequest");

export const Approval = z
  .object({ id: z.string(), state: z.enum(["succeeded", "failed"]) })
  .openapi("Approval");
