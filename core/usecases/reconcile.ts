/**
 * Compares a sealed aggregate with its members.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import type { Ports, When } from "../ports.ts";
import { isWatched, settlement } from "../settlement.ts";
import { decodeReport, type Ending } from "../tally.ts";
import { watcherOf } from "./register.ts";
import { report } from "./report.ts";
import { allReports } from "./tallies.ts";

interface MembersRead {
  members: ReadonlyMap<string, FutureRecord>;
  /** When they were read, at the earliest (milliseconds). */
  readAt: number;
}

/**
 * A report may be missing if the queues were lost, and members if the call that was to create them
 * died (its caller got no answer, and whoever holds the aggregate's id must not wait for ever).
 * @param from number of the first of these members
 * @returns futures that owe something now
 */
export async function reconcile(
  ports: Ports,
  aggregate: FutureRecord,
  from: number,
  ids: readonly string[],
  { members, readAt }: MembersRead,
): Promise<FutureRecord[]> {
  if (!aggregate.sealed || isTerminal(aggregate)) return [];
  const told = new Set(
    (await allReports(ports, aggregate)).map((code) => decodeReport(code).member),
  );
  const owing: FutureRecord[] = [];
  for (const [index, id] of ids.entries()) {
    const record = members.get(id);
    if (!record && aggregate.born) {
      // While the call that creates them may go on, its own guard is still to come. It may have
      // created them since they were looked for.
      return readAt < (aggregate.leaseUntil ?? 0) ? [] : failIncomplete(ports, aggregate, id);
    }
    if (record && !isTerminal(record)) {
      // Created, but perhaps never sent: the call may have died in between.
      if (aggregate.born && record.state === "pending") owing.push(record);
      continue;
    }
    if (told.has(from + index)) continue;
    const watcher = watcherOf(ports, aggregate, from + index, aggregate.size ?? 0);
    const ending = (record?.state as Ending | undefined) ?? "failed";
    // Not as a quiet one: its leaf may be complete without having been passed on.
    const tier = watcher.tier === "quiet" ? "leaf" : watcher.tier;
    const reported = await report(ports, { ...watcher, tier }, ending, id);
    owing.push(...reported.owing, ...reported.woken);
  }
  return owing;
}

/** How a gather fails whose members were never all created. */
export const INCOMPLETE = "IncompleteBatchError";

/** Refused if a repeat of the call has taken it up since: that raises the turn. */
async function failIncomplete(
  ports: Ports,
  aggregate: FutureRecord,
  missing: string,
): Promise<FutureRecord[]> {
  const message = `The call that was to create its members ended early: ${missing} does not exist. Submit the batch again under another id.`;
  const change = settlement(
    ports.config,
    { state: "failed", error: { name: INCOMPLETE, message } },
    ports.clock.now(),
    { watched: isWatched(aggregate) },
  );
  const when: When = { states: ["pending"], turn: aggregate.turn };
  const written = await ports.store.update(aggregate.id, when, change);
  // Also if it was refused: perhaps by its own effect, whose answer was lost.
  return written.record ? [written.record] : [];
}
