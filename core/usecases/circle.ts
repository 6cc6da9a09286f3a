/**
 * Futures that await each other in a circle would wait for ever.
 *
 * Whoever is suspended registers first and looks after that, so the one that closes the circle finds
 * it. It goes from a task to those who wait for it, by the watchers: mostly a short chain of callers.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { awaitedIds } from "../journal.ts";
import type { Ports } from "../ports.ts";
import { decodeWatcher } from "../tally.ts";

/** Futures looked at, at most; a circle that is longer is not found. */
const MAX_LOOKS = 1000;

/**
 * The circle that goes through a task, from itself back to itself; undefined if there is none.
 * @param task as it was read after it had registered with what it awaits
 */
export async function findCircle(
  ports: Ports,
  task: FutureRecord,
): Promise<readonly string[] | undefined> {
  if (!hangsOn(task, undefined)) return undefined;
  const waitsFor = new Map<string, string>();
  let level = [task];
  while (level.length > 0 && waitsFor.size < MAX_LOOKS) {
    const next = new Map<string, FutureRecord>();
    for (const each of level) {
      const ids = waitersOf(each).filter((id) => !waitsFor.has(id));
      const waiters = await ports.store.readMany(ids);
      for (const [id, waiter] of waiters) {
        if (!hangsOn(waiter, each.id)) continue;
        waitsFor.set(id, each.id);
        if (id === task.id) return circleFrom(id, waitsFor);
        next.set(id, waiter);
      }
    }
    level = [...next.values()];
  }
  return undefined;
}

/** Those in items of their own are not looked at: of so many waiters most are callers of their own. */
function waitersOf({ watchers = [] }: FutureRecord): readonly string[] {
  return [...new Set(watchers.map((text) => decodeWatcher(text).aggregate))];
}

/**
 * Whether it cannot go on before that future settles. A coroutine that awaits several may, and so
 * may what has a time limit or needs only one of its members.
 * @param id undefined: whichever it is that it awaits
 */
function hangsOn(waiter: FutureRecord, id: string | undefined): boolean {
  // One that is cancelled waits as well: it has asked what it awaits, which awaits it in turn.
  if (isTerminal(waiter)) return false;
  if (waiter.kind === "task") {
    const [only, ...others] = awaitedIds(waiter);
    if (waiter.state !== "suspended" || others.length > 0) return false;
    return id === undefined || only === id;
  }
  if (!waiter.policy || waiter.due !== undefined) return false;
  const { policy } = waiter;
  if (policy.of === "wait") return policy.returnWhen === "ALL_COMPLETED";
  return policy.of !== "any" && policy.of !== "some" && policy.of !== "race";
}

function circleFrom(id: string, waitsFor: ReadonlyMap<string, string>): string[] {
  const circle = [id];
  let each = waitsFor.get(id);
  while (each !== undefined && each !== id) {
    circle.push(each);
    each = waitsFor.get(each);
  }
  return [...circle, id];
}
