/**
 * How many tasks should have a message on each band's queue, against how many messages there are.
 * SQS lets nobody look for one message, but it counts them.
 */
import type { FutureRecord } from "../future.ts";
import { poolOf } from "../pools.ts";
import type { Depth, Ports } from "../ports.ts";
import { bandOfTask } from "../usecases/dispatch.ts";
import { FINDINGS, type Finding, GRACE_MS } from "./findings.ts";

/** The tasks of a band in a pool that a message stands for. */
export interface Count {
  pool: string;
  band: string;
  /** Pending and due, or running. */
  tasks: number;
  /** The one that has been pending and due for longest. */
  oldest?: { id: string; since: number };
}

/** The messages of a band in a pool. */
export interface Messages {
  pool: string;
  band: string;
  depth: Depth;
}

/**
 * Whether a message must stand for the task: it was pending and due, or running, well before that
 * time. What changed since is left out, because counts lag.
 */
export function needsMessage(record: FutureRecord, before: number): boolean {
  if (record.kind !== "task") return false;
  // Nobody notes when a coroutine was woken: it may have been just now.
  if (record.wokenBy !== undefined && record.state === "pending") return false;
  if (record.state === "running") return (record.startedAt ?? 0) < before - GRACE_MS;
  return record.state === "pending" && readySince(record) < before - GRACE_MS;
}

/** When a pending task became due, as far as its record tells. */
function readySince({ createdAt, due, startedAt }: FutureRecord): number {
  return Math.max(createdAt, due ?? 0, startedAt ?? 0);
}

/** The place where a task waits. */
export function placeOf(ports: Pick<Ports, "config">, record: FutureRecord) {
  const { bands, pools } = ports.config;
  const { name: pool } = poolOf(pools, record.pool);
  return { pool, band: bands[bandOfTask(ports, record)]?.name ?? "" };
}

/** Counts the tasks of a page. */
export function countTasks(
  ports: Pick<Ports, "config">,
  records: readonly FutureRecord[],
  before: number,
): Count[] {
  const counts = records
    .filter((record) => needsMessage(record, before))
    .map((record): Count => {
      const oldest = { id: record.id, since: readySince(record) };
      return {
        ...placeOf(ports, record),
        tasks: 1,
        ...(record.state === "pending" ? { oldest } : {}),
      };
    });
  return sumCounts(counts);
}

/** Adds up counts of pages. */
export function sumCounts(counts: readonly Count[]): Count[] {
  const byPlace = Map.groupBy(counts, ({ pool, band }) => `${pool}/${band}`);
  return [...byPlace.values()].map((some) => {
    const [first] = some as [Count];
    const oldest = some
      .flatMap((each) => each.oldest ?? [])
      .sort((a, b) => a.since - b.since)
      .at(0);
    const tasks = some.reduce((sum, each) => sum + each.tasks, 0);
    const { pool, band } = first;
    return { pool, band, tasks, ...(oldest ? { oldest } : {}) };
  });
}

/**
 * Compares the two. The messages must have been counted before the tasks: a task that had none then
 * and needs one still has lost it; one that ran meanwhile is not counted.
 */
export function compareCounts(counts: readonly Count[], messages: readonly Messages[]): Finding[] {
  return counts.flatMap(({ pool, band, tasks, oldest }): Finding[] => {
    const there = messages.find((each) => each.pool === pool && each.band === band)?.depth;
    const all = there ? there.ready + there.inFlight + there.delayed : 0;
    if (tasks <= all) return [];
    const numbers = `${tasks} tasks wait or run, ${all} messages are there`;
    const longest = oldest ? `; ${oldest.id} has waited for longest` : "";
    return [
      {
        kind: "missingMessages",
        severity: "stuck",
        place: { pool, band },
        what: `${FINDINGS.missingMessages} ${numbers}${longest}.`,
        ...(oldest ? { id: oldest.id, since: oldest.since } : {}),
        mend: "messages are sent again for those tasks",
      },
    ];
  });
}
