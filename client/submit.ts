/**
 * Submits tasks.
 */
import { v7 as newId } from "uuid";
import type { Future } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { batchBody, type Chunk, chunks, taskTexts } from "./batch.ts";
import { FutureHandle } from "./handle.ts";
import { inLanes } from "./lanes.ts";
import { renumbered } from "./renumber.ts";
import { type TaskCall, taskBody } from "./task.ts";

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
  const handles: FutureHandle[] = new Array(calls.length);
  await inLanes(chunks(taskTexts(withIds)), async (chunk) => {
    const futures = await sendChunk(api, chunk);
    for (const [index, future] of futures.entries()) {
      handles[chunk.start + index] = new FutureHandle(api, future.id, future);
    }
  });
  return handles;
}

async function sendChunk(api: Api, { start, texts }: Chunk): Promise<Future[]> {
  try {
    return (await api.postText<Batch>("/tasks/batch", batchBody(texts))).value.futures;
  } catch (error) {
    throw renumbered(error, "tasks", (index) => start + index);
  }
}
