/**
 * Submits tasks.
 */
import { v7 as newId } from "uuid";
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { batchBody, type Chunk, chunks, taskTexts } from "./batch.ts";
import { BadRequestError } from "./errors.ts";
import { FutureHandle } from "./handle.ts";
import { type TaskCall, taskBody } from "./task.ts";

/** Requests of one large batch that are under way at the same time. */
const CHUNKS_AT_ONCE = 4;

export interface Batch {
  futures: Future[];
  gather?: Future;
  taskGroup?: Future;
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
