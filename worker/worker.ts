/**
 * The registry of a deployment's tasks.
 */
import { ConfigurationError } from "../core/errors.ts";
import type { Manifest } from "../core/wire.ts";
import type { Task } from "./task.ts";

/** The tasks of a deployment; the default export of its tasks file. */
export interface Worker {
  /** The task of that name, if there is one. */
  task(name: string): AnyTask | undefined;
  /** What the API needs to know of the tasks, as JSON. */
  manifest(): Promise<Manifest>;
}

// biome-ignore lint/suspicious/noExplicitAny: tasks of all inputs and outputs stand in one list
export type AnyTask = Task<any, any>;

/**
 * Makes the worker of a deployment from its tasks.
 * @throws ConfigurationError if two tasks have one name
 * @example
 * export default createWorker([resize, thumbnail]);
 */
export function createWorker(tasks: readonly AnyTask[]): Worker {
  const byName = new Map<string, AnyTask>();
  for (const task of tasks) {
    if (byName.has(task.name)) {
      throw new ConfigurationError(`Two tasks are named "${task.name}"; names are unique.`);
    }
    byName.set(task.name, task);
  }
  return {
    task: (name) => byName.get(name),
    manifest: async () => (await import("./manifest.ts")).manifestOf(byName.values()),
  };
}
