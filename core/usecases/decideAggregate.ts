/**
 * The settling of an aggregate once its policy has decided.
 */

import { decide } from "../decide.ts";
import { type FutureRecord, isTerminal } from "../future.ts";
import type { Ports, When } from "../ports.ts";
import { isWatched, settlement } from "../settlement.ts";
import { outcomeOf } from "./outcome.ts";
import { allReports, passOnLast } from "./tallies.ts";

/** Reads all reports and settles a sealed aggregate if they suffice; gives it if it is settled. */
export async function decideAggregate(
  ports: Ports,
  record: FutureRecord,
): Promise<readonly FutureRecord[]> {
  if (!record.sealed || isTerminal(record)) return [];
  if (record.tree) await passOnLast(ports, record);
  return apply(ports, record, await allReports(ports, record));
}

/**
 * Settles a sealed aggregate, or has it stop its members, if these reports say so.
 * @param codes those that matter, in their order; all of them unless `complete` says otherwise
 */
export async function apply(
  ports: Ports,
  record: FutureRecord,
  codes: readonly number[],
  complete = codes.length >= (record.size ?? 0),
): Promise<readonly FutureRecord[]> {
  if (!record.sealed || isTerminal(record)) return [];
  const decision = decide(record, codes, ports.clock.now(), complete);
  if (!decision.settles) return decision.stop ? stop(ports, record, decision.stop) : [];
  const outcome = await outcomeOf(ports, record, decision, codes, complete);
  const change = settlement(ports.config, outcome, ports.clock.now(), {
    watched: isWatched(record),
    left: !complete && !record.born,
  });
  // The outcome may be another one for who was asked to cancel, or stops its members since its time
  // is over, so neither must come in between.
  const when: When = {
    states: ["pending"],
    ...(record.cancel ? {} : { uncancelled: true }),
    ...(record.stopping ? {} : { unstopped: true }),
  };
  const { applied, record: after } = await ports.store.update(record.id, when, change);
  if (!applied && after && !isTerminal(after)) return apply(ports, after, codes, complete);
  // Refused or not: it is settled then, and owes word to its watchers.
  return after ? [after] : [];
}

/** Marks that the members are to be cancelled; they are asked on account of the mark. */
async function stop(
  ports: Ports,
  record: FutureRecord,
  stopping: "timeout" | "failure",
): Promise<readonly FutureRecord[]> {
  const written = await ports.store.update(
    record.id,
    { states: ["pending"] },
    { set: { stopping } },
  );
  return written.record ? [written.record] : [];
}
