/**
 * What the API answers, for its description: core/wire.ts has the types that are sent.
 */
import * as z from "zod/mini";
import type { TreeNode } from "../../../core/wire.ts";
import { describe } from "./describe.ts";
import { once } from "./once.ts";

const time = (description?: string) =>
  describe(z.iso.datetime(), {
    example: "2026-11-24T12:00:00.000Z",
    ...(description === undefined ? {} : { description }),
  });

const optionalTime = () => z.optional(time());
const optionalInt = (description: string) => z.optional(describe(z.int(), { description }));
const flag = (description: string) => z.optional(describe(z.literal(true), { description }));

const kind = () =>
  describe(z.string(), { description: "task, promise, timer, or an aggregate's policy." });

const State = once(() =>
  z.enum(["pending", "running", "suspended", "succeeded", "failed", "cancelled"]),
);

const ErrorView = once(() =>
  describe(
    z.object({
      name: z.string(),
      message: z.string(),
      cause: z.optional(z.unknown()),
      errors: z.optional(
        describe(z.array(z.unknown()), { description: "Of an ExceptionGroup or AggregateError." }),
      ),
    }),
    { id: "Error" },
  ),
);

const Download = once(() =>
  describe(
    z.object({
      url: describe(z.url(), { description: "Anybody who has it can GET the JSON of the result." }),
      expiresAt: time("After it, read the future again for another."),
      bytes: z.int(),
      sha256: describe(z.string(), { description: "In hexadecimal." }),
    }),
    { id: "Download", description: "Where a result is that is too large for one answer." },
  ),
);

export const Future = once(() =>
  describe(
    z.object({
      id: z.string(),
      kind: describe(z.string(), {
        description: "task, promise, timer, or an aggregate's policy.",
      }),
      task: z.optional(z.string()),
      state: State(),
      priority: z.optional(z.int()),
      band: z.optional(z.string()),
      size: optionalInt("Of an aggregate: its members."),
      attempts: z.int(),
      resumes: optionalInt("Of a coroutine: how often it was suspended."),
      createdAt: time(),
      startedAt: optionalTime(),
      settledAt: optionalTime(),
      result: z.optional(z.unknown()),
      exceptions: z.optional(
        describe(z.array(z.int()), { description: "Places of the result that hold `{error}`." }),
      ),
      paged: flag("The result is too much for one answer: GET …/results."),
      download: z.optional(Download()),
      error: z.optional(ErrorView()),
    }),
    { id: "Future" },
  ),
);

export const Tree: () => z.ZodMiniType<TreeNode> = once(
  () =>
    describe(
      z.object({
        id: z.string(),
        kind: kind() as unknown as z.ZodMiniType<TreeNode["kind"]>,
        task: z.optional(z.string()),
        state: State(),
        priority: z.optional(z.int()),
        size: optionalInt("Of an aggregate: its members."),
        resumes: optionalInt("Of a coroutine: how often it was suspended."),
        createdAt: time(),
        startedAt: optionalTime(),
        settledAt: optionalTime(),
        error: z.optional(ErrorView()),
        awaits: z.optional(
          describe(z.array(z.string()), { description: "Of a suspended task: what it waits for." }),
        ),
        get children() {
          return describe(z.array(Tree()), {
            description: "What it has made: a coroutine by its calls, a gather by its members.",
          });
        },
        more: flag("It has made more: ask for the tree of a child."),
      }),
      { id: "Tree" },
    ) as unknown as z.ZodMiniType<TreeNode>,
);

export const Results = once(() =>
  describe(
    z.object({
      from: z.int(),
      results: z.array(
        z.object({
          id: z.string(),
          state: z.optional(State()),
          result: z.optional(z.unknown()),
          error: z.optional(ErrorView()),
          paged: z.optional(z.literal(true)),
          download: z.optional(Download()),
          done: z.optional(describe(z.boolean(), { description: "Of a wait's members." })),
        }),
      ),
      next: z.optional(z.int()),
    }),
    { id: "Results" },
  ),
);

export const Reports = once(() =>
  describe(
    z.object({
      reports: z.array(z.object({ id: z.string(), member: z.int(), state: State() })),
      cursor: z.string(),
      complete: z.boolean(),
      settled: z.boolean(),
    }),
    { id: "Reports" },
  ),
);

export const Problem = once(() =>
  describe(
    z.object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      detail: z.string(),
      errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
      band: z.optional(describe(z.string(), { description: "Of a 429: in which too much waits." })),
      limit: optionalInt("Of a 429: the tasks that may wait there."),
    }),
    { id: "Problem" },
  ),
);

export const Band = once(() =>
  describe(
    z.object({
      name: z.string(),
      from: z.optional(z.int()),
      to: z.optional(z.int()),
      ready: z.int(),
      inFlight: z.int(),
      delayed: z.int(),
      limit: optionalInt("Of what may wait, ready and delayed."),
      paused: describe(z.boolean(), { description: "Its work waits, in every pool." }),
      pausedPools: z.optional(
        describe(z.array(z.string()), {
          description: "The pools in which it is paused, if that is not all of them.",
        }),
      ),
      pausedSince: optionalTime(),
    }),
    { id: "Band" },
  ),
);

export const Bands = once(() => describe(z.object({ bands: z.array(Band()) }), { id: "Bands" }));
