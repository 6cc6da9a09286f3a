/**
 * What the API is asked: one set of schemas validates, types and documents. Fields that are not
 * known are refused, so that a misspelt one is not ignored.
 */
import * as z from "zod/mini";
import { DEFAULT_PRIORITY } from "../../../core/bands.ts";
import { MAX_MEMBERS } from "../../../core/usecases/requests.ts";
import { TENANT } from "../tenant.ts";
import { DelaySeconds, GivenError, Id, Json, newId, priority, toMilliseconds } from "./common.ts";
import { describe } from "./describe.ts";
import { once } from "./once.ts";

const Retry = once(() =>
  describe(
    z.partial(
      z.strictObject({
        maxAttempts: z.int().check(z.minimum(1, "use 1 to 100"), z.maximum(100, "use 1 to 100")),
        baseSeconds: DelaySeconds(),
        maxSeconds: DelaySeconds(),
      }),
    ),
    { id: "Retry" },
  ),
);

export const TaskRequest = once(() =>
  describe(
    z.strictObject({
      task: z.string().check(z.minLength(1, "name a task")),
      input: z.optional(Json()),
      priority: z._default(priority(), DEFAULT_PRIORITY),
      id: newId(),
      tenant: z.optional(
        describe(
          z.string().check(z.regex(TENANT, "use 1 to 128 letters, digits and punctuation marks")),
          {
            description:
              "Tenants share a band fairly among them. Where callers are bound to tenants it is theirs.",
          },
        ),
      ),
      delaySeconds: z.optional(DelaySeconds()),
      timeoutSeconds: z.optional(
        describe(
          z.number().check(
            z.positive("use more than 0 seconds"),
            z.overwrite((seconds) => Math.max(0.001, toMilliseconds(seconds))),
          ),
          { description: "Seconds that each attempt may take." },
        ),
      ),
      retry: z.optional(Retry()),
    }),
    { id: "TaskRequest" },
  ),
);

/** @param least checks of how many there must be */
const members = (...least: z.core.$ZodCheck<string[]>[]) =>
  describe(
    z.array(Id()).check(z.maxLength(MAX_MEMBERS, `name at most ${MAX_MEMBERS} futures`), ...least),
    { description: "Ids of the members, in order." },
  );

export const returnExceptions = once(() => z._default(z.boolean(), false));

export const returnWhen = once(() =>
  z._default(z.enum(["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"]), "ALL_COMPLETED"),
);

export const cancelRest = once(() =>
  z._default(
    describe(z.boolean(), {
      description: "Cancel the members that still run when it settles.",
    }),
    false,
  ),
);

export const lentPriority = once(() =>
  z.optional(priority("Members that are less urgent, and what they wait for, are raised to it.")),
);

const timeoutSeconds = once(() => z.optional(DelaySeconds()));

export const GatherRequest = once(() =>
  describe(
    z.strictObject({
      id: newId(),
      of: members(),
      returnExceptions: returnExceptions(),
      priority: lentPriority(),
    }),
    { id: "GatherRequest" },
  ),
);

export const WaitRequest = once(() =>
  describe(
    z.strictObject({
      id: newId(),
      of: members(z.minLength(1, "name at least one future, as asyncio.wait asks for")),
      returnWhen: returnWhen(),
      timeoutSeconds: timeoutSeconds(),
      priority: lentPriority(),
    }),
    { id: "WaitRequest" },
  ),
);

const common = once(() => ({ id: newId(), of: members(), priority: lentPriority() }));

/** All aggregates by one call; `policy` says which. */
export const AggregateRequest = once(() =>
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
        policy: z.literal("waitFor"),
        ...common(),
        timeoutSeconds: timeoutSeconds(),
      }),
      z.strictObject({
        policy: z.literal("asCompleted"),
        ...common(),
        timeoutSeconds: timeoutSeconds(),
      }),
      z.strictObject({ policy: z.literal("shield"), ...common() }),
      z.strictObject({ policy: z.literal("taskGroup"), ...common() }),
      z.strictObject({ policy: z.literal("any"), ...common(), cancelRest: cancelRest() }),
      z.strictObject({ policy: z.literal("race"), ...common(), cancelRest: cancelRest() }),
      z.strictObject({
        policy: z.literal("some"),
        ...common(),
        count: z.int().check(z.minimum(1, "use 1 up to the number of members")),
        cancelRest: cancelRest(),
      }),
    ]),
    { id: "AggregateRequest" },
  ),
);

export const BatchRequest = once(() =>
  describe(
    z.strictObject({
      tasks: z
        .array(TaskRequest())
        .check(
          z.minLength(1, "give at least one task"),
          z.maxLength(
            MAX_MEMBERS,
            `give at most ${MAX_MEMBERS} tasks; submit the rest in further calls`,
          ),
        ),
      gather: z.optional(
        z.strictObject({
          id: newId(),
          returnExceptions: returnExceptions(),
          priority: lentPriority(),
        }),
      ),
      taskGroup: z.optional(z.strictObject({ id: newId(), priority: lentPriority() })),
    }),
    { id: "BatchRequest" },
  ),
);

export const TimerRequest = once(() =>
  describe(
    z.strictObject({ id: newId(), delaySeconds: DelaySeconds(), result: z.optional(Json()) }),
    { id: "TimerRequest" },
  ),
);

export const SettleRequest = once(() =>
  describe(z.union([z.strictObject({ result: Json() }), z.strictObject({ error: GivenError() })]), {
    id: "SettleRequest",
  }),
);

export const MoveRequest = once(() =>
  describe(z.strictObject({ priority: priority() }), {
    id: "MoveRequest",
  }),
);
