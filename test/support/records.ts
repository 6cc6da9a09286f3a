/**
 * Records for tests that look at stores: only what a test is about needs to be said.
 */
import { randomUUID } from "node:crypto";
import type { FutureRecord } from "../../core/future.ts";

/** A pending task, freshly submitted. */
export function taskRecord(fields: Partial<FutureRecord> = {}): FutureRecord {
  return {
    id: randomUUID(),
    kind: "task",
    state: "pending",
    createdAt: 1_800_000_000_000,
    request: "request-hash",
    turn: 0,
    attempts: 0,
    task: "resize",
    priority: 5,
    input: '{"width":100}',
    ...fields,
  };
}
