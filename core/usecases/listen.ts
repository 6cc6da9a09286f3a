/**
 * What a suspended coroutine owes: to be registered with what it awaits, or woken if that has
 * settled; and to lend its priority to what it waits for.
 */
import { type ErrorRecord, type FutureRecord, isTerminal } from "../future.ts";
import { type AwaitKey, awaitedId, awaitedIds, heeds } from "../journal.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { isWatched, settlement } from "../settlement.ts";
import { askAwaited } from "./askAwaited.ts";
import { findCircle } from "./circle.ts";
import { lend } from "./lend.ts";
import { watch } from "./register.ts";
import { wake, wakingWatcher } from "./wake.ts";

/** @returns futures that owe something now */
export async function listen(ports: Ports, task: FutureRecord): Promise<readonly FutureRecord[]> {
  const keys = task.awaits ?? [];
  const idOf = (key: AwaitKey) => awaitedId(task.id, key);
  // Consistently, after the write that suspended it: what settles later finds it suspended.
  const found = await ports.store.readMany([...keys.map(idOf), task.id]);
  let registered = false;
  const settled: AwaitKey[] = [];
  await inBatches(keys, async (key) => {
    const known = found.get(idOf(key));
    const watcher = wakingWatcher(task.id, key);
    const stands = known && !isTerminal(known) && known.watchers?.includes(watcher);
    if (stands) return;
    registered = true;
    const ending = await watch(ports, idOf(key), [watcher], known);
    if (ending && heeds(key, ending)) settled.push(key);
  });
  const [first] = settled;
  if (first !== undefined) return wake(ports, task.id, first);
  const self = registered ? await ports.store.read(task.id) : found.get(task.id);
  // Whoever has woken it meanwhile goes on from here.
  if (self?.state !== "suspended" || self.turn !== task.turn) return [];
  const circle = await findCircle(ports, self);
  if (circle) return breakCircle(ports, self, circle);
  const awaited = awaitedIds(task).flatMap((id) => found.get(id) ?? []);
  return lend(ports, self, awaited);
}

/** Nobody in a circle can go on: the task that closed it fails, and so the others hear of it. */
async function breakCircle(
  ports: Ports,
  task: FutureRecord,
  circle: readonly string[],
): Promise<readonly FutureRecord[]> {
  const error: ErrorRecord = {
    name: "DeadlockError",
    message: `These futures await each other: ${circle.join(" → ")}.`,
  };
  const change = settlement(ports.config, { state: "failed", error }, ports.clock.now(), {
    watched: isWatched(task),
  });
  const when = { states: ["suspended"] as const, turn: task.turn };
  const written = await ports.store.update(task.id, when, change);
  return written.record ? [written.record] : [];
}

/** Passes a suspended coroutine's cancellation on; if nothing accepts it, wakes it to be told. */
export async function passCancel(
  ports: Ports,
  task: FutureRecord,
): Promise<readonly FutureRecord[]> {
  const keys = task.awaits ?? [];
  const { accepted, owing } = await askAwaited(ports, awaitedIds(task), task.asked ?? task.id);
  return accepted ? owing : [...owing, ...(await wake(ports, task.id, keys[0] ?? ""))];
}
