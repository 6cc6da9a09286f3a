/**
 * What a future's own record tells: whether something should have happened to it long ago.
 */
import { type FutureRecord, isOpened, isTerminal } from "../future.ts";
import { isLeaseOver } from "../lease.ts";
import { isStopping } from "../policies.ts";
import { FINDINGS, type Finding, type FindingKind, GRACE_MS } from "./findings.ts";

/**
 * Gives what is wrong, if the record alone tells it.
 * @param now milliseconds
 * @param isPaused whether the task's band is paused
 */
export function examine(record: FutureRecord, now: number, isPaused: boolean): Finding | undefined {
  const past = now - GRACE_MS;
  if (isTerminal(record)) {
    const owes = record.notify && (record.settledAt ?? 0) < past;
    return owes
      ? of(record, "unnoticed", "the event is asked for again", record.settledAt)
      : undefined;
  }
  if (record.kind === "task") return examineTask(record, past, isPaused);
  if (record.policy && !record.sealed) return examineOpen(record, past);
  // While its members are asked to end it waits for them, however late.
  if (record.due === undefined || record.due >= past || isStopping(record)) return undefined;
  return of(record, "overdue", "it is settled as its kind says", record.due);
}

function examineTask(record: FutureRecord, past: number, isPaused: boolean): Finding | undefined {
  if (record.state !== "running" || !isLeaseOver(record.leaseUntil, past)) return undefined;
  const mend = "its message and a permit are sent again: a worker takes it over";
  const found = of(record, "leaseOver", mend, record.leaseUntil);
  if (!isPaused) return found;
  return {
    ...found,
    severity: "note",
    what: "Its worker is gone, and its band is paused: nobody takes it over until that is resumed.",
  };
}

function examineOpen(record: FutureRecord, past: number): Finding | undefined {
  if (isOpened(record)) {
    const until = record.openUntil as number;
    return until < past ? of(record, "openTooLong", "it fails, as not sealed", until) : undefined;
  }
  const since = Math.max(record.createdAt, record.leaseUntil ?? 0);
  const mend = "it is registered with its members, and sealed";
  return since < past ? of(record, "unassembled", mend, since) : undefined;
}

/** A finding about a future. */
export function of(
  { id }: FutureRecord,
  kind: FindingKind,
  mend: string,
  since?: number,
  what: string = FINDINGS[kind],
): Finding {
  return { kind, severity: "stuck", id, what, mend, ...(since === undefined ? {} : { since }) };
}
