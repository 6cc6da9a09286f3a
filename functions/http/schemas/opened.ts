/**
 * What is asked of aggregates that are filled page by page, and of large ones.
 */
import * as z from "zod/mini";
import { MAX_MEMBERS, MAX_OPENED_MEMBERS } from "../../../core/usecases/requests.ts";
import { MAX_RESULTS } from "../../../core/view/results.ts";
import { DelaySeconds, Id, newId } from "./common.ts";
import { describe } from "./describe.ts";
import { once } from "./once.ts";
import { cancelRest, lentPriority, returnExceptions, returnWhen, TaskRequest } from "./requests.ts";

const DAY_SECONDS = 86_400;

const common = once(() => ({
  id: newId(),
  members: describe(z.enum(["tasks", "futures"]), {
    description: "`tasks` are born with it and have the ids `<its id>.<number>`; `futures` exist.",
  }),
  sealWithinSeconds: z._default(
    describe(
      z
        .int("use a whole number of seconds")
        .check(
          z.minimum(1, `use 1 to ${DAY_SECONDS} seconds`),
          z.maximum(DAY_SECONDS, `use 1 to ${DAY_SECONDS} seconds`),
        ),
      { description: "Unless it is sealed within that time it fails." },
    ),
    3600,
  ),
  priority: lentPriority(),
}));

const timeoutSeconds = once(() => z.optional(DelaySeconds()));

export const OpenRequest = once(() =>
  describe(
    z.discriminatedUnion("policy", [
      z.strictObject({
        policy: z.literal("gather"),
        ...common(),
        returnExceptions: returnExceptions(),
      }),
      z.strictObject({
        policy: z.literal("wait"),
        ...common(),
        returnWhen: returnWhen(),
        timeoutSeconds: timeoutSeconds(),
      }),
      z.strictObject({
        policy: z.literal("asCompleted"),
        ...common(),
        timeoutSeconds: timeoutSeconds(),
      }),
      z.strictObject({ policy: z.literal("taskGroup"), ...common() }),
      z.strictObject({ policy: z.literal("any"), ...common(), cancelRest: cancelRest() }),
      z.strictObject({ policy: z.literal("race"), ...common(), cancelRest: cancelRest() }),
    ]),
    { id: "OpenRequest" },
  ),
);

const start = once(() =>
  describe(
    z
      .int("use a whole number")
      .check(
        z.minimum(0, "members are numbered from 0"),
        z.maximum(MAX_OPENED_MEMBERS, `members are numbered up to ${MAX_OPENED_MEMBERS - 1}`),
      ),
    { description: "The number of the first of these members." },
  ),
);

export const MembersRequest = once(() =>
  describe(
    z.union([
      z.strictObject({
        start: start(),
        tasks: z
          .array(z.omit(TaskRequest(), { id: true }))
          .check(
            z.minLength(1, "give at least one task"),
            z.maxLength(
              MAX_MEMBERS,
              `give at most ${MAX_MEMBERS} tasks; add the rest in further calls`,
            ),
          ),
      }),
      z.strictObject({
        start: start(),
        of: z
          .array(Id())
          .check(
            z.minLength(1, "name at least one future"),
            z.maxLength(
              MAX_MEMBERS,
              `name at most ${MAX_MEMBERS} futures; add the rest in further calls`,
            ),
          ),
      }),
    ]),
    { id: "MembersRequest" },
  ),
);

export const SealRequest = once(() =>
  describe(
    z.strictObject({
      size: z
        .int("use a whole number")
        .check(
          z.minimum(0, "use the number of members"),
          z.maximum(MAX_OPENED_MEMBERS, `an aggregate has at most ${MAX_OPENED_MEMBERS} members`),
        ),
    }),
    { id: "SealRequest" },
  ),
);

/** A whole number in a query. */
const whole = () => z.coerce.number().check(z.int("use a whole number"));

export const ResultsQuery = once(() =>
  z.strictObject({
    from: z._default(whole().check(z.minimum(0, "places count from 0")), 0),
    limit: z._default(
      whole().check(
        z.minimum(1, `use 1 to ${MAX_RESULTS}`),
        z.maximum(MAX_RESULTS, `use 1 to ${MAX_RESULTS}`),
      ),
      MAX_RESULTS,
    ),
  }),
);

/** One character for each leaf of the tally. */
const MAX_CURSOR = Math.ceil(MAX_OPENED_MEMBERS / 64);

export const Cursor = once(() =>
  z.optional(
    describe(
      z.string().check(z.maxLength(MAX_CURSOR, "use the cursor that the page before came with")),
      { description: "From the answer before; absent: from the start." },
    ),
  ),
);
