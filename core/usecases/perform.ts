/**
 * Performs what futures owe, and what follows from it, until nothing more is owed.
 *
 * Whoever changed a future or met one calls this before acknowledging: the API before its answer,
 * the worker and the settler before deleting their message. Performing twice is harmless.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { type Effect, owed } from "../owed.ts";
import { inBatches } from "../parallel.ts";
import type { Ports } from "../ports.ts";
import { abandon } from "./abandon.ts";
import { assemble } from "./assemble.ts";
import { decideAggregate } from "./decideAggregate.ts";
import { dispatch } from "./dispatch.ts";
import { expire } from "./expire.ts";
import { keep } from "./keep.ts";
import { listen, passCancel } from "./listen.ts";
import { sendNotice } from "./notify.ts";
import { overMembers } from "./overMembers.ts";
import { remind } from "./remind.ts";
import { type Reported, report } from "./report.ts";
import { findStrays } from "./strays.ts";
import { beginTelling } from "./tellWatchers.ts";

export async function perform(ports: Ports, records: readonly FutureRecord[]): Promise<void> {
  // What has settled never changes, so it owes its effects once. Without this an aggregate and a
  // member that it cancelled would go on performing for each other.
  const settled = new Set<string>();
  // Futures that await each other would pass a cancellation or a priority on to each other for ever.
  const passedOn = new Set<string>();
  const isNew = (each: Effect) => {
    if (each.effect !== "passCancel" && each.effect !== "listen") return true;
    const { id, turn, asked, priority } = each.record;
    const request = [each.effect, id, turn, asked, priority].join(" ");
    return !passedOn.has(request) && passedOn.add(request);
  };
  let owing = records;
  let woken: readonly FutureRecord[] = [];
  for (;;) {
    owing = latestOf(owing).filter((each) => !isTerminal(each) || !settled.has(each.id));
    if (owing.length === 0 && woken.length === 0) return;
    for (const each of owing) if (isTerminal(each)) settled.add(each.id);
    const now = ports.clock.now();
    const effects = owing.flatMap((record) => owed(record, now)).filter(isNew);
    // Messages of many records travel in batches; all else is performed one by one, in order.
    await dispatch(
      ports,
      effects.flatMap((each) => (each.effect === "dispatch" ? [each.record] : [])),
    );
    const next = await performAll(ports, effects);
    const decided = await wake(ports, woken);
    owing = [...next.flatMap(({ owing }) => owing), ...decided];
    woken = next.flatMap(({ woken }) => woken);
  }
}

/**
 * Each future once, as it stands now: one that is owed something on two accounts would have its
 * members owed on four, and so on from level to level.
 */
function latestOf(records: readonly FutureRecord[]): readonly FutureRecord[] {
  const latest = new Map<string, FutureRecord>();
  for (const each of records) {
    const other = latest.get(each.id);
    if (!other || !isTerminal(other)) latest.set(each.id, each);
  }
  return [...latest.values()];
}

/**
 * Of a few, in order, which asyncio's programs can tell; of many, many at once, and those of one
 * record still in order.
 */
async function performAll(ports: Ports, effects: readonly Effect[]): Promise<Reported[]> {
  const inOrder = async (some: readonly Effect[]) => {
    const next: Reported[] = [];
    for (const effect of some) next.push(await performOne(ports, effect));
    return next;
  };
  if (effects.length <= FEW) return inOrder(effects);
  const byRecord = Map.groupBy(effects, (each) => ("record" in each ? each.record.id : each));
  return (await inBatches([...byRecord.values()], inOrder)).flat();
}

/** In the order in which they were made: so had asyncio's registered, and so they are woken. */
async function wake(ports: Ports, woken: readonly FutureRecord[]): Promise<FutureRecord[]> {
  // Several members may have woken one.
  const each = [...new Map(woken.map((record) => [record.id, record])).values()];
  const decideAll = async (some: readonly FutureRecord[]) => {
    const decided: FutureRecord[] = [];
    for (const record of some) decided.push(...(await decideAggregate(ports, record)));
    return decided;
  };
  if (each.length <= FEW) return decideAll(each.sort((a, b) => a.createdAt - b.createdAt));
  return (await inBatches(each, (record) => decideAggregate(ports, record))).flat();
}

const FEW = 64;

async function performOne(ports: Ports, effect: Effect): Promise<Reported> {
  if (effect.effect === "report") return report(ports, effect.watcher, effect.ending, effect.of);
  return { owing: await performOther(ports, effect), woken: [] };
}

/** Performs one effect and gives the futures that now owe something on account of it. */
async function performOther(
  ports: Ports,
  effect: Exclude<Effect, { effect: "report" }>,
): Promise<readonly FutureRecord[]> {
  switch (effect.effect) {
    case "dispatch":
      return [];
    case "remind":
      await remind(ports, effect.id, effect.at);
      return [];
    case "expire":
      return expire(ports, effect.record);
    case "listen":
      return listen(ports, effect.record);
    case "passCancel":
      return passCancel(ports, effect.record);
    case "lend":
      return overMembers(ports, effect.record, "lend");
    case "assemble":
      return assemble(ports, effect.record);
    case "decide":
      return decideAggregate(ports, effect.record);
    case "abandon":
      return abandon(ports, effect.record);
    case "withdraw":
      return overMembers(ports, effect.record, "withdraw");
    case "cancelMembers":
      return overMembers(ports, effect.record, "cancel");
    case "sendStrays":
      return findStrays(ports, effect.record);
    case "reportOverflow":
      await beginTelling(ports, effect.record);
      return [];
    case "notify":
      await sendNotice(ports, effect.id);
      return [];
    case "keep":
      await keep(ports, effect.record, effect.record.settledAt ?? ports.clock.now());
      return [];
  }
}
