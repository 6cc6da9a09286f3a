/**
 * Promises that a one-time token settles.
 */
import * as z from "zod/mini";
import { TOKEN } from "../../../core/approval.ts";
import { Future } from "./answers.ts";
import { DelaySeconds, GivenError, Json, newId } from "./common.ts";
import { describe } from "./describe.ts";
import { once } from "./once.ts";

export const PromiseRequest = once(() =>
  describe(
    z
      .strictObject({
        id: newId(),
        timeoutSeconds: z.optional(DelaySeconds()),
        token: z.optional(
          describe(z.boolean(), {
            description:
              "Make a token that settles it by POST /approvals/{id}; the answer shows it once.",
          }),
        ),
        tokenHash: z.optional(
          describe(
            z
              .string()
              .check(
                z.regex(TOKEN, "use the SHA-256 of the token's text in base64url: 43 characters"),
              ),
            {
              description:
                "In place of `token`: the hash of a token that you made, of 32 random bytes.",
            },
          ),
        ),
      })
      .check(
        z.refine(({ token, tokenHash }) => !(token && tokenHash !== undefined), {
          path: ["tokenHash"],
          message: "leave out token or tokenHash: a promise has one token",
        }),
      ),
    { id: "PromiseRequest" },
  ),
);

export const MadePromise = once(() =>
  describe(
    z.extend(Future(), {
      token: z.optional(describe(z.string(), { description: "Not shown again, by no call." })),
    }),
    { id: "MadePromise" },
  ),
);

/** Longer ones are none; a limit keeps them from being hashed. */
const MAX_TOKEN = 200;

const token = once(() =>
  z.optional(
    describe(
      z.string().check(z.maxLength(MAX_TOKEN, "use the token that the promise was made with")),
      { description: "Here, or as `Authorization: Bearer`." },
    ),
  ),
);

export const ApprovalRequest = once(() =>
  describe(
    z.union([
      z.strictObject({ token: token(), result: Json() }),
      z.strictObject({ token: token(), error: GivenError() }),
    ]),
    { id: "ApprovalRequest" },
  ),
);

export const Approval = once(() =>
  describe(z.object({ id: z.string(), state: z.enum(["succeeded", "failed"]) }), {
    id: "Approval",
  }),
);
