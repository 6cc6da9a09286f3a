/**
 * Registers an aggregate with members that exist already.
 */
import { type FutureRecord, isTerminal, LIVE } from "../future.ts";
import { inBatches } from "../parallel.ts";
import { heedsSuccess } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { endsWithinWait } from "../settlement.ts";
import { type Ending, encodeWatcher, type Watcher } from "../tally.ts";
import { keep } from "./keep.ts";
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
 * @param known members as they were read before
 */
export async function register(
  ports: Ports,
  aggregate: FutureRecord,
  start: number,
  ids: readonly string[],
  known: ReadonlyMap<string, FutureRecord> = new Map(),
): Promise<void> {
  const atLeast = start + ids.length;
  const watchers = ids.map((_, index) => watcherOf(ports, aggregate, start + index, atLeast));
  // A future may stand in the list any number of times, and is registered with once.
  const places = Map.groupBy(ids.keys(), (index) => ids[index] as string);
  const endings = new Map<string, Ending | undefined>();
  await inBatches([...places], async ([id, indexes]) => {
    const texts = indexes.map((index) => encodeWatcher(watchers[index] as Watcher));
    endings.set(id, await watch(ports, id, texts, known.get(id)));
  });
  // One after the other within an item of the tally, whose order counts.
  const byItem = Map.groupBy(watchers.entries(), ([, { member }]) =>
    aggregate.tree ? Math.floor(member / ports.config.leafSize) : 0,
  );
  await inBatches([...byItem.values()], async (some) => {
    for (const [index, watcher] of some) {
      const ending = endings.get(ids[index] as string);
      if (ending) await addReport(ports, watcher, ending);
    }
  });
}

/**
 * Registers watchers with a future, under the condition that it has not settled: so either they
 * stand there when it settles, or its ending is known here.
 * @returns how it ended if it has settled
 */
export async function watch(
  ports: Ports,
  id: string,
  watchers: readonly string[],
  known: FutureRecord | undefined,
): Promise<Ending | undefined> {
  // What has settled stays so; and what has the watcher will tell.
  if (known && isTerminal(known)) return kept(ports, known);
  if (known && watchers.every((each) => known.watchers?.includes(each))) return undefined;
  const below = ports.config.inlineWatchers - watchers.length + 1;
  // One that was full before is most likely full still: the attempt would only cost.
  if (below > 0 && !known?.overflow) {
    const when = { states: LIVE, watchersBelow: below };
    const { applied, record } = await ports.store.update(id, when, { watch: watchers });
    if (applied) return undefined;
    if (!record || isTerminal(record)) return kept(ports, record);
    if (watchers.every((each) => record.watchers?.includes(each))) return undefined;
  }
  // Full: the flag says so, the watchers are put, and then the future is found alive: whoever
  // settles it after that sees the flag, and reads the watchers.
  if (!known?.overflow) {
    const flag = { set: { overflow: true } };
    const { record } = await ports.store.update(id, { states: LIVE }, flag);
    if (!record || isTerminal(record)) return kept(ports, record);
  }
  await ports.store.putWatchers(id, watchers);
  const after = await ports.store.read(id);
  return after && !isTerminal(after) ? undefined : kept(ports, after);
}

/**
 * Has a member that had settled before outlive its new aggregate, which may wait for a year: it has
 * no watcher for which it would be kept.
 */
async function kept(ports: Ports, member: FutureRecord | undefined): Promise<Ending> {
  const now = ports.clock.now();
  if (member?.expires !== undefined && endsWithinWait(member.expires, now)) {
    await keep(ports, member, now);
  }
  return endingOf(member);
}

/** A future that is gone counts as failed. */
function endingOf(member: FutureRecord | undefined): Ending {
  return member ? (member.state as Ending) : "failed";
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
