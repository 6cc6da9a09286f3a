/**
 * The tasks that the simulated worker knows. What a task does, and what may become of it, stand
 * together; a further one needs a line here and an operation that submits it.
 */
import { createWorker, type Task, type Worker } from "../../../worker/index.ts";
import { programs } from "./interpreter.ts";
import type { Surroundings } from "./surroundings.ts";
import { work } from "./work.ts";

export function makeWorker(around: Surroundings): Worker {
  return createWorker([work(around), ...programs(around)] satisfies Task[]);
}
