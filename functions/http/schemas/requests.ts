/**
 * What the API is asked: one set of schemas validates, types and documents. Fields that are not
 * known are refused, so that a misspelt one is not ignored.
 */
import { z } from "@hono/zod-openapi";
import { DEFAULT_PRIORITY } from "../../../core/bands.ts";
import { MAX_MEMBERS } from "../../../core/usecases/requests.ts";
import { TENANT } from "../tenant.ts";
import { DelaySeconds, GivenError, Id, Json, NewId, Priority, toMilliseconds } from "./common.ts";

const Retry = z
  .strictObject({
    maxAttempts: z.int().min(1, "use 1 to 100").max(100, "use 1 to 100"),
    baseSeconds: DelaySeconds,
    maxSeconds: DelaySeconds,
  })
  .partial()
  .openapi("Retry");

export const TaskRequest = z
  .strictObject({
    task: z.string().min(1, "name a task"),
    input: Json.optional(),
    priority: Priority.default(DEFAULT_PRIORITY),
    id: NewId.optional(),
    tenant: z
      .string()
      .regex(TENANT, "use 1 to 128 letters, digits and punctuation marks")
      .optional()
      .openapi({
        description:
          "Tenants share a band fairly among them. Where callers are bound to tenants it is theirs.",
      }),
    delaySeconds: DelaySeconds.optional(),
    timeoutSeconds: z
      .number()
      .positive("use more than 0 seconds")
      .overwrite((seconds) => Math.max(0.001, toMilliseconds(seconds)))
      .optional()
      .openapi({ description: "Seconds that each attempt may take." }),
    retry: Retry.optional(),
  })
  .openapi("TaskRequest");

const Of = z
  .array(Id)
  .max(MAX_MEMBERS, `name at most ${MAX_MEMBERS} futures`)
  .openapi({ description: "Ids of the members, in order." });

export const returnExceptions = z.boolean().default(false);

export const returnWhen = z
  .enum(["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"])
  .default("ALL_COMPLETED");

export const cancelRest = z
  .boolean()
  .default(false)
  .openapi({ description: "Cancel the members that still run when it settles." });

export const lentPriority = Priority.optional().openapi({
  description: "Members that are less urgent, and what they wait for, are raised to it.",
});

const timeoutSeconds = DelaySeconds.optional();

export const GatherRequest = z
  .strictObject({ id: NewId.optional(), of: Of, returnExceptions, priority: lentPriority })
  .openapi("GatherRequest");

export const WaitRequest = z
  .strictObject({
    id: NewId.optional(),
    of: Of.min(1, "name at least one future, as asyncio.wait asks for"),
    returnWhen,
    timeoutSeconds,
    priority: lentPriority,
  })
  .openapi("WaitRequest");

const common = { id: NewId.optional(), of: Of, priority: lentPriority };

/** All aggregates by one call; `policy` says which. */
export const AggregateRequest = z
  .discriminatedUnion("policy", [
    z.strictObject({ policy: z.literal("gather"), ...common, returnExceptions }),
    z.strictObject({ policy: z.literal("wait"), ...common, returnWhen, timeoutSeconds }),
    z.strictObject({ policy: z.literal("waitFor"), ...common, timeoutSeconds }),
    z.strictObject({ policy: z.literal("asCompleted"), ...common, timeoutSeconds }),
    z.strictObject({ policy: z.literal("shield"), ...common }),
    z.strictObject({ policy: z.literal("taskGroup"), ...common }),
    z.strictObject({ policy: z.literal("any"), ...common, cancelRest }),
    z.strictObject({ policy: z.literal("race"), ...common, cancelRest }),
    z.strictObject({
      policy: z.literal("some"),
      ...common,
      count: z.int().min(1, "use 1 up to the number of members"),
      cancelRest,
    }),
  ])
  .openapi("AggregateRequest");

export const BatchRequest = z
  .strictObject({
    tasks: z
      .array(TaskRequest)
      .min(1, "give at least one task")
      .max(MAX_MEMBERS, `give at most ${MAX_MEMBERS} tasks; submit the rest in further calls`),
    gather: z
      .strictObject({ id: NewId.optional(), returnExceptions, priority: lentPriority })
      .optional(),
    taskGroup: z.strictObject({ id: NewId.optional(), priority: lentPriority }).optional(),
  })
  .openapi("BatchRequest");

export const TimerRequest = z
  .strictObject({ id: NewId.optional(), delaySeconds: DelaySeconds, result: Json.optional() })
  .openapi("TimerRequest");

export const SettleRequest = z
  .union([z.strictObject({ result: Json }), z.strictObject({ error: GivenError })])
  .openapi("SettleRequest");

export const MoveRequest = z.strictObject({ priority: Priority }).openapi("MoveRequest");
