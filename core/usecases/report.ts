/**
 * A member's report to an aggregate that watches it.
 */

import { decide } from "../decide.ts";
import { type FutureRecord, isTerminal } from "../future.ts";
import { awaitKey, guardKey, heeds } from "../journal.ts";
import { SKEW_MS } from "../lease.ts";
import { needsAllReports, wakesLater } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { decodeReport, type Ending, encodeReport, type Watcher } from "../tally.ts";
import { apply, decideAggregate } from "./decideAggregate.ts";
import { addReport, isLeafComplete, leafCount, passOn } from "./tallies.ts";
import { wake } from "./wake.ts";

/** What follows from a report. */
export interface Reported {
  /** The aggregate, if it owes something on that account. */
  owing: readonly FutureRecord[];
  /** The aggregate, if it is to decide once all is performed that is owed at this moment. */
  woken: readonly FutureRecord[];
}

const NOTHING: Reported = { owing: [], woken: [] };

/**
 * Adds a member's report to an aggregate's tally and lets the aggregate decide; or wakes the
 * coroutine that awaits it.
 *
 * The report is added first and the seal is read after; whoever seals does it the other way round
 * (seal, then read the tally): so one of the two sees both.
 */
export async function report(
  ports: Ports,
  watcher: Watcher,
  ending: Ending,
  member: string,
): Promise<Reported> {
  if (watcher.tier === "task" || watcher.tier === "guard") {
    return { owing: await wakeTask(ports, watcher, ending, member), woken: [] };
  }
  const reportedAt = ports.clock.now();
  const added = await addReport(ports, watcher, ending);
  if (watcher.tier === "quiet" && ending === "succeeded" && !added.root) return NOTHING;
  const record = await ports.store.read(watcher.aggregate);
  if (!record) return NOTHING;
  // "Already reported" does not mean "already passed on": whoever settled the aggregate may have
  // died before telling its watchers. A fresh report to one that had settled before changes nothing.
  if (isTerminal(record)) {
    const isLate = added.fresh && (record.settledAt ?? 0) < reportedAt - SKEW_MS;
    return isLate ? NOTHING : { owing: [record], woken: [] };
  }
  if (!record.sealed) return NOTHING;
  if (!record.tree) return decideFlat(ports, record, added.codes);
  const leaf = Math.floor(watcher.member / ports.config.leafSize);
  const { codes } = added;
  const root =
    added.root ??
    (isLeafComplete(ports, record, leaf, codes)
      ? await passOn(ports, record.id, leaf, codes)
      : undefined);
  const owing = await decideTree(ports, record, { member: watcher.member, ending }, root);
  return { owing, woken: [] };
}

async function wakeTask(
  ports: Ports,
  { aggregate: task, tier }: Watcher,
  ending: Ending,
  member: string,
): Promise<readonly FutureRecord[]> {
  const awaited = awaitKey(task, member);
  const key = tier === "guard" ? guardKey(awaited) : awaited;
  return heeds(key, ending) ? wake(ports, task, key) : [];
}

async function decideFlat(
  ports: Ports,
  record: FutureRecord,
  codes: readonly number[],
): Promise<Reported> {
  const { settles } = decide(record, codes, ports.clock.now());
  if (settles && wakesLater(record)) return { owing: [], woken: [record] };
  return { owing: await apply(ports, record, codes), woken: [] };
}

/** What one report, and the root if it changed that, mean for a sealed aggregate with a tree. */
async function decideTree(
  ports: Ports,
  record: FutureRecord,
  report: { member: number; ending: Ending },
  root: readonly number[] | undefined,
): Promise<readonly FutureRecord[]> {
  const { policy } = record;
  const alone = [encodeReport(report)];
  const decision = decide(record, alone, ports.clock.now(), false);
  if (decision.settles || decision.stop !== undefined) return apply(ports, record, alone, false);
  const complete = root !== undefined && root.length >= leafCount(ports, record);
  if (complete && policy && !needsAllReports(policy)) {
    const allSucceeded = root.every((code) => decodeReport(code).ending === "succeeded");
    if (allSucceeded) return apply(ports, record, [], true);
  }
  // How many have succeeded is known to no item: the few policies that count read all leaves.
  return complete || policy?.of === "some" ? decideAggregate(ports, record) : [];
}
