/**
 * Registers an aggregate with members that exist already.
 */
import { type FutureRecord, isTerminal, LIVE } from "../future.ts";
import { inBatches } from "../parallel.ts";
import { heedsSuccess } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { type Ending, encodeWatcher, type Watcher } from "../tally.ts";
import { addReport } from "./tallies.ts";

/**
 * Where a member of an aggregate reports to.
 * @param atLeast members that the aggregate is known to have
 */
export function watcherOf(
  ports: Pick<Ports, "config">,
  { id, policy, tree }: FutureRecord,
  member: number,
  atLeast: number,
): Watcher {
  const { leafSize } = ports.config;
  const fillsLeaf = (Math.floor(member / leafSize) + 1) * leafSize <= atLeast;
  const quiet = fillsLeaf && policy !== undefined && !heedsSuccess(policy);
  return { aggregate: id, member, tier: tree ? (quiet ? "quiet" : "leaf") : "flat" };
}

/**
 * Registers with members, and adds the reports of those that have settled: in argument order, as
 * asyncio calls the callbacks of futures that are done.
 * @param start number of the first of them
 */
export async function register(
  ports: Ports,
  aggregate: FutureRecord,
  start: number,
  ids: readonly string[],
): Promise<void> {
  const atLeast = start + ids.length;
  const endings = await inBatches([...ids.entries()], async ([index, id]) => {
    const watcher = watcherOf(ports, aggregate, start + index, atLeast);
    return { watcher, ending: await watch(ports, id, encodeWatcher(watcher)) };
  });
  // One after the other within an item of the tally, whose order counts.
  const byItem = Map.groupBy(endings, ({ watcher }) =>
    aggregate.tree ? Math.floor(watcher.member / ports.config.leafSize) : 0,
  );
  await inBatches([...byItem.values()], async (settled) => {
    for (const { watcher, ending } of settled) {
      if (ending) await addReport(ports, watcher, ending);
    }
  });
}

/**
 * Registers a watcher with a future, under the condition that it has not settled: so either the
 * watcher stands there when it settles, or its ending is known here.
 * @returns how it ended if it has settled; a future that is gone counts as failed
 */
async function watch(ports: Ports, id: string, watcher: string): Promise<Ending | undefined> {
  const inline = await ports.store.update(
    id,
    { states: LIVE, watchersBelow: ports.config.inlineWatchers },
    { watch: [watcher] },
  );
  if (inline.applied) return undefined;
  if (!inline.record) return "failed";
  if (isTerminal(inline.record)) return inline.record.state as Ending;
  if (inline.record.watchers?.includes(watcher)) return undefined;
  // Full: the watcher is put first and the flag is set under the condition that the future lives;
  // whoever settles it sees the flag and reads the watchers after.
  await ports.store.putWatcher(id, watcher);
  const flagged = await ports.store.update(id, { states: LIVE }, { set: { overflow: true } });
  if (flagged.applied) return undefined;
  return flagged.record ? (flagged.record.state as Ending) : "failed";
}

/** Takes a watcher from a future that lives on: it need not tell what has settled without it. */
export async function unwatch(ports: Ports, member: FutureRecord, watcher: string): Promise<void> {
  if (isTerminal(member)) return;
  if (member.watchers?.includes(watcher)) {
    await ports.store.update(member.id, { states: LIVE }, { unwatch: [watcher] });
  } else if (member.overflow) {
    await ports.store.removeWatcher(member.id, watcher);
  }
}
