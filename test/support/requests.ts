/**
 * Requests for tests of the use cases: only what a test is about needs to be said.
 */
import type { TaskRequest } from "../../core/usecases/requests.ts";

export function taskRequest(fields: Partial<TaskRequest> = {}): TaskRequest {
  return { task: "works", input: "{}", priority: 5, ...fields };
}
