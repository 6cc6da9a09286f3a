/**
 * A member's report to an aggregate that watches it.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { decide, needsAllReports } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { decodeReport, type Ending, encodeReport, type Watcher } from "../tally.ts";
import { apply, decideAggregate } from "./decideAggregate.ts";
import { addReport, isLeafComplete, leafCount, passOn } from "./tallies.ts";

/**
 * Adds a member's report to an aggregate's tally and lets the aggregate decide.
 *
 * The report is added first and the seal is read after; whoever seals does it the other way round
 * (seal, then read the tally): so one of the two sees both.
 *
 * @returns the aggregate if it is settled and owes something on that account
 */
export async function report(
  ports: Ports,
  watcher: Watcher,
  ending: Ending,
): Promise<readonly FutureRecord[]> {
  const added = await addReport(ports, watcher, ending);
  if (watcher.tier === "quiet" && ending === "succeeded" && !added.root) return [];
  const record = await ports.store.read(watcher.aggregate);
  if (!record) return [];
  // "Already reported" does not mean "already passed on": whoever settled the aggregate may have
  // died before telling its watchers. A fresh report to a settled aggregate changes nothing.
  if (isTerminal(record)) return added.fresh ? [] : [record];
  if (!record.sealed) return [];
  if (!record.tree) return apply(ports, record, added.codes);
  const leaf = Math.floor(watcher.member / ports.config.leafSize);
  const { codes } = added;
  const root =
    added.root ??
    (isLeafComplete(ports, record, leaf, codes)
      ? await passOn(ports, record.id, leaf, codes)
      : undefined);
  return decideTree(ports, record, { member: watcher.member, ending }, root);
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
