/**
 * Assembling an aggregate over existing futures: it is born open, registered with each member,
 * and sealed last; only then may its policy decide.
 */
import { type FutureRecord, isTerminal, LIVE } from "../future.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { type Ending, encodeReport, encodeWatcher } from "../tally.ts";
import { memberIds } from "./members.ts";

/** Watchers that stand in a future's own item; each adds to what every update of it costs. */
export const INLINE_WATCHERS = 32;

export async function assemble(
  ports: Ports,
  aggregate: FutureRecord,
): Promise<readonly FutureRecord[]> {
  const ids = await memberIds(ports, aggregate);
  const endings = await inBatches([...ids.entries()], ([member, id]) =>
    watch(ports, id, encodeWatcher({ aggregate: aggregate.id, member })),
  );
  // Members that had settled before are reported in argument order, as asyncio calls the
  // callbacks of futures that are done.
  for (const [member, ending] of endings.entries()) {
    if (ending) await ports.store.report(aggregate.id, encodeReport({ member, ending }));
  }
  const sealed = await ports.store.update(
    aggregate.id,
    { states: ["pending"] },
    { set: { sealed: true } },
  );
  // Sealed or refused because it has settled: either way it owes something now.
  return sealed.record ? [sealed.record] : [];
}

/**
 * Registers a watcher with a future, under the condition that it has not settled: so either the
 * watcher stands there when it settles, or its ending is known here.
 * @returns how it ended if it has settled; a future that is gone counts as failed
 */
async function watch(ports: Ports, id: string, watcher: string): Promise<Ending | undefined> {
  const inline = await ports.store.update(
    id,
    { states: LIVE, watchersBelow: INLINE_WATCHERS },
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
