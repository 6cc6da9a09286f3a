/**
 * The calls of the API, as OpenAPI describes them. The reads are served by the wait function, all
 * others by the api function; the document lists both.
 */
import * as z from "zod/mini";
import { createRoute } from "./route.ts";
import {
  body,
  FAILURES,
  FULL,
  failure,
  future,
  json,
  MAKING,
  NOT_FOUND,
  SIZES,
  UNPROCESSABLE,
  Wait,
} from "./routeParts.ts";
import { Band, Bands, Future } from "./schemas/answers.ts";
import { Id, IdParameter } from "./schemas/common.ts";
import { describe } from "./schemas/describe.ts";
import { once } from "./schemas/once.ts";
import {
  AggregateRequest,
  BatchRequest,
  GatherRequest,
  MoveRequest,
  SettleRequest,
  TaskRequest,
  TimerRequest,
  WaitRequest,
} from "./schemas/requests.ts";

export const submitTask = createRoute({
  method: "post",
  path: "/tasks",
  summary: "Submit a task",
  request: () => body(TaskRequest()),
  responses: () => ({
    202: future("Accepted: it will settle."),
    ...MAKING(),
    ...UNPROCESSABLE(),
    ...FULL(),
  }),
});

export const submitBatch = createRoute({
  method: "post",
  path: "/tasks/batch",
  summary: "Submit many tasks, on wish with a gather or a task group over them",
  request: () => body(BatchRequest()),
  responses: () => ({
    202: {
      description: "Accepted, all of them. Members have the ids `<aggregate id>.<number>`.",
      content: json(
        z.object({
          futures: z.array(Future()),
          gather: z.optional(Future()),
          taskGroup: z.optional(Future()),
        }),
      ),
    },
    ...MAKING(),
    ...UNPROCESSABLE(),
    ...FULL(),
  }),
});

export const createTimer = createRoute({
  method: "post",
  path: "/timers",
  summary: "Make a future that succeeds after a time, as asyncio.sleep",
  request: () => body(TimerRequest()),
  responses: () => ({ 201: future("Made."), ...MAKING() }),
});

export const createGather = createRoute({
  method: "post",
  path: "/gathers",
  summary: "Gather futures, as asyncio.gather",
  request: () => body(GatherRequest()),
  responses: () => ({ 201: future("Made."), ...MAKING(), ...NOT_FOUND() }),
});

export const createWait = createRoute({
  method: "post",
  path: "/waits",
  summary: "Wait for futures, as asyncio.wait",
  request: () => body(WaitRequest()),
  responses: () => ({ 201: future("Made."), ...MAKING(), ...NOT_FOUND() }),
});

export const createAggregate = createRoute({
  method: "post",
  path: "/aggregates",
  summary: "Make an aggregate of any policy",
  request: () => body(AggregateRequest()),
  responses: () => ({ 201: future("Made."), ...MAKING(), ...NOT_FOUND() }),
});

export const settleFuture = createRoute({
  method: "post",
  path: "/futures/{id}/settle",
  summary: "Settle a promise",
  request: () => ({ params: IdParameter(), ...body(SettleRequest()) }),
  responses: () => ({
    200: future("Settled."),
    ...FAILURES(),
    ...SIZES(),
    ...NOT_FOUND(),
    409: failure("It has settled with another outcome, or is no promise."),
  }),
});

export const cancelFuture = createRoute({
  method: "post",
  path: "/futures/{id}/cancel",
  summary: "Request a future's cancellation",
  request: () => ({ params: IdParameter() }),
  responses: () => ({
    200: {
      description: "Whether the request was accepted; false if it had settled.",
      content: json(z.object({ cancelled: z.boolean() })),
    },
    ...FAILURES(),
    ...SIZES(),
    ...NOT_FOUND(),
  }),
});

export const moveFuture = createRoute({
  method: "post",
  path: "/futures/{id}/priority",
  summary: "Move pending work to another priority",
  request: () => ({ params: IdParameter(), ...body(MoveRequest()) }),
  responses: () => ({
    200: future("Moved."),
    ...FAILURES(),
    ...SIZES(),
    ...NOT_FOUND(),
    409: failure("It has settled, or waits in no band."),
  }),
});

export const listBands = createRoute({
  method: "get",
  path: "/bands",
  summary: "What waits in each band",
  responses: () => ({
    200: { description: "Approximate numbers.", content: json(Bands()) },
    ...FAILURES(),
  }),
});

const OF_BAND = once(() => ({
  params: z.object({
    band: describe(z.string(), { example: "low", description: "Its name." }),
  }),
  query: z.strictObject({
    pool: z.optional(describe(z.string(), { description: "Only in this worker pool." })),
  }),
}));

const CHANGED_BAND = once(() => ({
  200: { description: "The band as it is now.", content: json(Band()) },
  ...FAILURES(),
  ...SIZES(),
  403: failure("Callers that are bound to a tenant may not: bands are everybody's."),
}));

export const pauseBand = createRoute({
  method: "post",
  path: "/bands/{band}/pause",
  summary: "Pause a band: submissions go in, and nothing of it begins until it is resumed",
  request: OF_BAND,
  responses: CHANGED_BAND,
});

export const resumeBand = createRoute({
  method: "post",
  path: "/bands/{band}/resume",
  summary: "Resume a band",
  request: OF_BAND,
  responses: CHANGED_BAND,
});

export const readFuture = createRoute({
  method: "get",
  path: "/futures/{id}",
  summary: "Read a future, and hold the answer until it settles or the time is over",
  request: () => ({ params: IdParameter(), query: z.strictObject({ wait: Wait() }) }),
  responses: () => ({ 200: future("As it stands."), ...FAILURES(), ...NOT_FOUND() }),
});

/** Futures that one read may name: the keys of one BatchGetItem. */
const MAX_IDS = 100;

const Ids = once(() =>
  describe(
    z.pipe(
      z.pipe(
        z.string("name the futures: ids=a,b,c"),
        z.transform((text) => text.split(",")),
      ),
      z.array(Id()).check(z.maxLength(MAX_IDS, `name at most ${MAX_IDS}`)),
    ),
    { example: "a,b,c" },
  ),
);

export const readFutures = createRoute({
  method: "get",
  path: "/futures",
  summary: "Read many futures, and hold the answer until one of them has settled",
  request: () => ({ query: z.strictObject({ ids: Ids(), wait: Wait() }) }),
  responses: () => ({
    200: {
      description:
        "As they stand, in the order of the ids; those whose results do not fit are left out.",
      content: json(z.object({ futures: z.array(Future()) })),
    },
    ...FAILURES(),
    ...NOT_FOUND(),
  }),
});
