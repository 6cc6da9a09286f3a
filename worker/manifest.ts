/**
 * What the API needs to know of the tasks. Apart from the registry (worker.ts), which loads it when
 * it is asked for: at synthesis, and never in a deployed worker.
 */
import { toJSONSchema } from "zod";
import type { Manifest, ManifestTask } from "../core/wire.ts";
import type { AnyTask } from "./worker.ts";

export function manifestOf(tasks: Iterable<AnyTask>): Manifest {
  return { tasks: Object.fromEntries([...tasks].map((task) => [task.name, describe(task)])) };
}

function describe(task: AnyTask): ManifestTask {
  const { timeoutSeconds, input, pool, event } = task;
  const traits = {
    timeoutSeconds,
    ...(pool === undefined ? {} : { pool }),
    ...(event ? { event } : {}),
  };
  if (!input) return traits;
  // What JSON Schema cannot say (a refinement, a transformation) is checked by the worker.
  const schema = toJSONSchema(input, { io: "input", unrepresentable: "any" });
  return { ...traits, input: schema as Record<string, unknown> };
}
