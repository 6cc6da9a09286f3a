/**
 * What is asked of aggregates that are filled page by page, and of large ones.
 */
import { z } from "@hono/zod-openapi";
import { MAX_MEMBERS, MAX_OPENED_MEMBERS } from "../../../core/usecases/requests.ts";
import { MAX_RESULTS } from "../../../core/view/results.ts";
import { DelaySeconds, Id, NewId } from "./common.ts";
import { cancelRest, lentPriority, returnExceptions, returnWhen, TaskRequest } from "./requests.ts";

const DAY_SECONDS = 86_400;

const common = {
  id: NewId.optional(),
  members: z.enum(["tasks", "futures"]).openapi({
    description: "`tasks` are born with it and have the ids `<its id>.<number>`; `futures` exist.",
  }),
  sealWithinSeconds: z
    .int("use a whole number of seconds")
    .min(1, `use 1 to ${DAY_SECONDS} seconds`)
    .max(DAY_SECONDS, `use 1 to ${DAY_SECONDS} seconds`)
    .default(3600)
    .openapi({ description: "Unless it is sealed within that time it fails." }),
  priority: lentPriority,
};

const timeoutSeconds = DelaySeconds.optional();

export const OpenRequest = z
  .discriminatedUnion("policy", [
    z.strictObject({ policy: z.literal("gather"), ...common, returnExceptions }),
    z.strictObject({ policy: z.literal("wait"), ...common, returnWhen, timeoutSeconds }),
    z.strictObject({ policy: z.literal("asCompleted"), ...common, timeoutSeconds }),
    z.strictObject({ policy: z.literal("taskGroup"), ...common }),
    z.strictObject({ policy: z.literal("any"), ...common, cancelRest }),
    z.strictObject({ policy: z.literal("race"), ...common, cancelRest }),
  ])
  .openapi("OpenRequest");

const start = z
  .int("use a whole number")
  .min(0, "members are numbered from 0")
  .max(MAX_OPENED_MEMBERS, `members are numbered up to ${MAX_OPENED_MEMBERS - 1}`)
  .openapi({ description: "The number of the first of these members." });

export const MembersRequest = z
  .union([
    z.strictObject({
      start,
      tasks: z
        .array(TaskRequest.omit({ id: true }))
        .min(1, "give at least one task")
        .max(MAX_MEMBERS, `give at most ${MAX_MEMBERS} tasks; add the rest in further calls`),
    }),
    z.strictObject({
      start,
      of: z
        .array(Id)
        .min(1, "name at least one future")
        .max(MAX_MEMBERS, `name at most ${MAX_MEMBERS} futures; add the rest in further calls`),
    }),
  ])
  .openapi("MembersRequest");

export const SealRequest = z
  .strictObject({
    size: z
      .int("use a whole number")
      .min(0, "use the number of members")
      .max(MAX_OPENED_MEMBERS, `an aggregate has at most ${MAX_OPENED_MEMBERS} members`),
  })
  .openapi("SealRequest");

export const ResultsQuery = z.strictObject({
  from: z.coerce.number().int("use a whole number").min(0, "places count from 0").default(0),
  limit: z.coerce
    .number()
    .int("use a whole number")
    .min(1, `use 1 to ${MAX_RESULTS}`)
    .max(MAX_RESULTS, `use 1 to ${MAX_RESULTS}`)
    .default(MAX_RESULTS),
});

/** One character for each leaf of the tally. */
const MAX_CURSOR = Math.ceil(MAX_OPENED_MEMBERS / 64);

export const Cursor = z
  .string()
  .max(MAX_CURSOR, "use the cursor that the page before came with")
  .optional()
  .openapi({ description: "From the answer before; absent: from the start." });
