/**
 * What is delivered next to a coroutine: of all that it awaits and that has settled, the earliest.
 */
import type { FutureRecord } from "../../core/future.ts";
import { type AwaitKey, awaitedId, heeds } from "../../core/journal.ts";
import type { Ports } from "../../core/ports.ts";
import type { Journal } from "./journal.ts";
import type { Waits } from "./waits.ts";

/**
 * @param reread whether members of groups are looked at again, which otherwise wake it when they fail
 * @returns its key; undefined if nothing has settled
 */
export async function findReady(
  ports: Ports,
  task: FutureRecord,
  journal: Journal,
  waits: Waits,
  reread: boolean,
): Promise<AwaitKey | undefined> {
  const unseen = [...waits.ids].filter((id) => journal.mayHaveSettled(id));
  if (reread)
    unseen.push(...openGuards(task, journal, waits).map((key) => awaitedId(task.id, key)));
  if (unseen.length > 0) {
    const found = await ports.store.readMany(unseen);
    for (const id of unseen) journal.saw(id, found.get(id));
  }
  let earliest: { key: AwaitKey; at: number } | undefined;
  // A group hears of its member before whoever awaits that: as in asyncio it was there first.
  for (const key of [...failedGuards(task, journal, waits), ...waits.keys]) {
    const at = journal.settledAt(awaitedId(task.id, key));
    if (at !== undefined && (!earliest || at < earliest.at)) earliest = { key, at };
  }
  return earliest?.key;
}

function failedGuards(task: FutureRecord, journal: Journal, waits: Waits): readonly AwaitKey[] {
  return waits.guards.filter((key) => {
    const record = journal.records.get(awaitedId(task.id, key));
    return record !== undefined && heeds(key, record.state);
  });
}

/** Guards that are to wake it once it is suspended: of what lives, and is not awaited anyway. */
export function openGuards(
  task: FutureRecord,
  journal: Journal,
  waits: Waits,
): readonly AwaitKey[] {
  const { ids } = waits;
  return waits.guards.filter((key) => {
    const id = awaitedId(task.id, key);
    return !ids.has(id) && journal.settledAt(id) === undefined;
  });
}
