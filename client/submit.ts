/**
 * Submits tasks and makes aggregates over them: what `Forerun`'s methods do.
 */
import { v7 as newId } from "uuid";
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { batchBody, type Chunk, chunks, taskTexts } from "./batch.ts";
import { BadRequestError } from "./errors.ts";
import { FutureHandle } from "./handle.ts";
import {
  type Awaitable,
  GatherHandle,
  type GatherOptions,
  isCall,
  type Member,
  WaitHandle,
  type WaitOptions,
} from "./members.ts";
import { type TaskCall, taskBody } from "./task.ts";

/** Requests of one large batch that are under way at the same time. */
const CHUNKS_AT_ONCE = 4;

interface Batch {
  futures: Future[];
  gather?: Future;
}

export async function submitOne<R>(api: Api, call: TaskCall<R>): Promise<FutureHandle<R>> {
  const id = call.id ?? newId();
  return new FutureHandle<R>(api, id, await api.post("/tasks", { ...taskBody(call), id }));
}

/** Ids are made here, so that each request may be repeated. */
export async function submitMany(api: Api, calls: readonly TaskCall[]): Promise<FutureHandle[]> {
  const withIds = calls.map((call) => ({ ...call, id: call.id ?? newId() }));
  const queue = chunks(taskTexts(withIds)).values();
  const handles: FutureHandle[] = new Array(calls.length);
  const sendAll = async () => {
    for (const chunk of queue) {
      const futures = await sendChunk(api, chunk);
      for (const [index, future] of futures.entries()) {
        handles[chunk.start + index] = new FutureHandle(api, future.id, future);
      }
    }
  };
  await Promise.all(Array.from({ length: CHUNKS_AT_ONCE }, sendAll));
  return handles;
}

async function sendChunk(api: Api, { start, texts }: Chunk): Promise<Future[]> {
  try {
    return (await api.postText<Batch>("/tasks/batch", batchBody(texts))).value.futures;
  } catch (error) {
    if (!(error instanceof BadRequestError) || start === 0) throw error;
    // The server counts from the start of its chunk, the caller from that of the list.
    const errors = error.errors.map(({ field, message }) => ({
      field: field.replace(/^tasks\[(\d+)\]/, (_, index) => `tasks[${start + Number(index)}]`),
      message,
    }));
    throw new BadRequestError(errors, error);
  }
}

/** Members that are all yet to be submitted are born with their gather, in one request. */
export async function makeGather(
  api: Api,
  given: readonly Member[],
  { returnExceptions = false, id = newId() }: GatherOptions,
): Promise<GatherHandle<unknown>> {
  const calls = given.filter(isCall);
  if (calls.length > 0 && calls.length === given.length && calls.every((call) => !call.id)) {
    const body = batchBody(taskTexts(calls), { id, returnExceptions });
    const { value } = await api.postText<Batch>("/tasks/batch", body);
    const born = value.futures.map((future) => new FutureHandle(api, future.id, future));
    return new GatherHandle(api, id, born, value.gather);
  }
  const [submitted, others] = await Promise.all([
    submitMany(api, calls),
    handlesOf(
      api,
      given.filter((member): member is Awaitable => !isCall(member)),
    ),
  ]);
  const members = given.map((each) => (isCall(each) ? submitted : others).shift() as FutureHandle);
  const of = members.map((member) => member.id);
  const known = await api.post<Future>("/gathers", { id, of, returnExceptions });
  return new GatherHandle(api, id, members, known);
}

export async function makeWait(
  api: Api,
  given: readonly Awaitable[],
  { returnWhen, timeoutSeconds, id = newId() }: WaitOptions,
): Promise<WaitHandle<unknown>> {
  const members = await handlesOf(api, given);
  const of = members.map((member) => member.id);
  const known = await api.post<Future>("/waits", { id, of, returnWhen, timeoutSeconds });
  return new WaitHandle(api, id, members, known);
}

function handlesOf(api: Api, given: readonly Awaitable[]): Promise<FutureHandle[]> {
  return Promise.all(
    given.map((each) => (typeof each === "string" ? new FutureHandle(api, each) : each)),
  );
}
