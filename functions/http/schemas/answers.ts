/**
 * What the API answers, for its description: core/wire.ts has the types that are sent.
 */
import { z } from "@hono/zod-openapi";

const Time = z.iso.datetime().openapi({ example: "2026-11-24T12:00:00.000Z" });

const ErrorView = z
  .object({
    name: z.string(),
    message: z.string(),
    cause: z.unknown().optional(),
    errors: z
      .array(z.unknown())
      .optional()
      .openapi({ description: "Of an ExceptionGroup or AggregateError." }),
  })
  .openapi("Error");

export const Future = z
  .object({
    id: z.string(),
    kind: z.string().openapi({ description: "task, promise, timer, or an aggregate's policy." }),
    task: z.string().optional(),
    state: z.enum(["pending", "running", "suspended", "succeeded", "failed", "cancelled"]),
    priority: z.int().optional(),
    band: z.string().optional(),
    attempts: z.int(),
    createdAt: Time,
    startedAt: Time.optional(),
    settledAt: Time.optional(),
    result: z.unknown().optional(),
    exceptions: z
      .array(z.int())
      .optional()
      .openapi({ description: "Places of the result that hold `{error}`." }),
    error: ErrorView.optional(),
  })
  .openapi("Future");

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .openapi("Problem");

export const Bands = z
  .object({
    bands: z.array(
      z.object({
        name: z.string(),
        from: z.int().optional(),
        to: z.int().optional(),
        ready: z.int(),
        inFlight: z.int(),
        delayed: z.int(),
        paused: z.boolean(),
      }),
    ),
  })
  .openapi("Bands");
