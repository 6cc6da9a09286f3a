/**
 * Something that a suspended coroutine awaits has settled.
 */
import type { FutureRecord } from "../future.ts";
import { type AwaitKey, isGuard } from "../journal.ts";
import type { Ports } from "../ports.ts";
import { encodeWatcher } from "../tally.ts";

/** The watcher by which a coroutine is woken on account of what it awaits, or guards. */
export function wakingWatcher(task: string, key: AwaitKey): string {
  return encodeWatcher({ aggregate: task, member: 0, tier: isGuard(key) ? "guard" : "task" });
}

/**
 * Makes it pending again; its message and permit are then owed. If it was woken by this very future
 * before, whoever did that may have died before sending them.
 */
export async function wake(
  ports: Ports,
  id: string,
  key: AwaitKey,
): Promise<readonly FutureRecord[]> {
  const { applied, record } = await ports.store.update(
    id,
    { states: ["suspended"], awaiting: key },
    { set: { state: "pending", wokenBy: key }, add: { turn: 1 } },
  );
  if (applied) return [record];
  return record?.state === "pending" && record.wokenBy === key ? [record] : [];
}
