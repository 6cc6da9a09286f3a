/**
 * A future as callers see it.
 */
import { bandOf } from "../bands.ts";
import type { FutureRecord } from "../future.ts";
import type { Future } from "../wire.ts";
import { cancelledError } from "./errors.ts";
import { type Budget, outcomeOf, type Reading } from "./outcome.ts";

/** The future with its outcome. */
export async function view(ports: Reading, record: FutureRecord, budget?: Budget): Promise<Future> {
  const { id, kind, task, state, priority, size, attempts, error } = record;
  const outcome = await outcomeOf(ports, record, budget);
  return {
    id,
    kind,
    ...(task === undefined ? {} : { task }),
    state,
    ...(priority === undefined
      ? {}
      : { priority, band: ports.config.bands[bandOf(priority, ports.config.bands)]?.name ?? "" }),
    ...(size === undefined ? {} : { size }),
    // One that is suspended is in the middle of an attempt.
    attempts: attempts + (state === "suspended" ? 1 : 0),
    ...(record.resumes === undefined ? {} : { resumes: record.resumes }),
    createdAt: iso(record.createdAt),
    ...(record.startedAt === undefined ? {} : { startedAt: iso(record.startedAt) }),
    ...(record.settledAt === undefined ? {} : { settledAt: iso(record.settledAt) }),
    ...outcome,
    ...(state === "failed" && error ? { error } : {}),
    ...(state === "cancelled" ? { error: cancelledError(id) } : {}),
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
