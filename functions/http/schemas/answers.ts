/**
 * What the API answers, for its description: core/wire.ts has the types that are sent.
 */
import { z } from "@hono/zod-openapi";
import type { TreeNode } from "../../../core/wire.ts";

const Time = z.iso.datetime().openapi({ example: "2026-11-24T12:00:00.000Z" });

const State = z.enum(["pending", "running", "suspended", "succeeded", "failed", "cancelled"]);

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

const Download = z
  .object({
    url: z.url().openapi({ description: "Anybody who has it can GET the JSON of the result." }),
    expiresAt: Time.openapi({ description: "After it, read the future again for another." }),
    bytes: z.int(),
    sha256: z.string().openapi({ description: "In hexadecimal." }),
  })
  .openapi("Download", { description: "Where a result is that is too large for one answer." });

export const Future = z
  .object({
    id: z.string(),
    kind: z.string().openapi({ description: "task, promise, timer, or an aggregate's policy." }),
    task: z.string().optional(),
    state: State,
    priority: z.int().optional(),
    band: z.string().optional(),
    size: z.int().optional().openapi({ description: "Of an aggregate: its members." }),
    attempts: z.int(),
    resumes: z
      .int()
      .optional()
      .openapi({ description: "Of a coroutine: how often it was suspended." }),
    createdAt: Time,
    startedAt: Time.optional(),
    settledAt: Time.optional(),
    result: z.unknown().optional(),
    exceptions: z
      .array(z.int())
      .optional()
      .openapi({ description: "Places of the result that hold `{error}`." }),
    paged: z
      .literal(true)
      .optional()
      .openapi({ description: "The result is too much for one answer: GET …/results." }),
    download: Download.optional(),
    error: ErrorView.optional(),
  })
  .openapi("Future");

export const Tree: z.ZodType<TreeNode> = z
  .object({
    id: z.string(),
    kind: z.string() as unknown as z.ZodType<TreeNode["kind"]>,
    task: z.string().optional(),
    state: State,
    priority: z.int().optional(),
    size: z.int().optional(),
    resumes: z.int().optional(),
    createdAt: Time,
    startedAt: Time.optional(),
    settledAt: Time.optional(),
    error: ErrorView.optional(),
    awaits: z
      .array(z.string())
      .optional()
      .openapi({ description: "Of a suspended task: what it waits for." }),
    children: z
      .array(z.object({ id: z.string() }).loose())
      .openapi({ description: "What it has made: nodes like this one." }),
    more: z
      .literal(true)
      .optional()
      .openapi({ description: "It has made more: ask for the tree of a child." }),
  })
  .openapi("Tree") as unknown as z.ZodType<TreeNode>;

export const Results = z
  .object({
    from: z.int(),
    results: z.array(
      z.object({
        id: z.string(),
        state: State.optional(),
        result: z.unknown().optional(),
        error: ErrorView.optional(),
        paged: z.literal(true).optional(),
        download: Download.optional(),
        done: z.boolean().optional().openapi({ description: "Of a wait's members." }),
      }),
    ),
    next: z.int().optional(),
  })
  .openapi("Results");

export const Reports = z
  .object({
    reports: z.array(z.object({ id: z.string(), member: z.int(), state: State })),
    cursor: z.string(),
    complete: z.boolean(),
    settled: z.boolean(),
  })
  .openapi("Reports");

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
    band: z.string().optional().openapi({ description: "Of a 429: in which too much waits." }),
    limit: z.int().optional().openapi({ description: "Of a 429: the tasks that may wait there." }),
  })
  .openapi("Problem");

export const Band = z
  .object({
    name: z.string(),
    from: z.int().optional(),
    to: z.int().optional(),
    ready: z.int(),
    inFlight: z.int(),
    delayed: z.int(),
    limit: z.int().optional().openapi({ description: "Of what may wait, ready and delayed." }),
    paused: z.boolean().openapi({ description: "Its work waits, in every pool." }),
    pausedPools: z
      .array(z.string())
      .optional()
      .openapi({ description: "The pools in which it is paused, if that is not all of them." }),
    pausedSince: Time.optional(),
  })
  .openapi("Band");

export const Bands = z.object({ bands: z.array(Band) }).openapi("Bands");
