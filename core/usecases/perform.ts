/**
 * Performs what futures owe, and what follows from it, until nothing more is owed.
 *
 * Whoever changed a future or met one calls this before acknowledging: the API before its answer,
 * the worker and the settler before deleting their message. Performing twice is harmless.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { type Effect, owed } from "../owed.ts";
import type { Ports } from "../ports.ts";
import { expiry } from "../settlement.ts";
import { decodeWatcher, type Ending, encodeReport } from "../tally.ts";
import { assemble } from "./assemble.ts";
import { cancelMembers } from "./cancelOne.ts";
import { decideAggregate, report } from "./decideAggregate.ts";
import { dispatch } from "./dispatch.ts";
import { expire } from "./expire.ts";
import { remind } from "./remind.ts";

export async function perform(ports: Ports, records: readonly FutureRecord[]): Promise<void> {
  // What has settled never changes, so it owes its effects once. Without this an aggregate and a
  // member that it cancelled would go on performing for each other.
  const settled = new Set<string>();
  let owing = records;
  for (;;) {
    owing = owing.filter((each) => !isTerminal(each) || !settled.has(each.id));
    if (owing.length === 0) return;
    for (const each of owing) if (isTerminal(each)) settled.add(each.id);
    const now = ports.clock.now();
    const effects = owing.flatMap((record) => owed(record, now));
    // Messages of many records travel in batches; all else is performed one by one, in order.
    await dispatch(
      ports,
      effects.flatMap((each) => (each.effect === "dispatch" ? [each.record] : [])),
    );
    const next: FutureRecord[] = [];
    for (const effect of effects) next.push(...(await performOne(ports, effect)));
    owing = next;
  }
}

/** Performs one effect and gives the futures that now owe something on account of it. */
async function performOne(ports: Ports, effect: Effect): Promise<readonly FutureRecord[]> {
  switch (effect.effect) {
    case "dispatch":
      return [];
    case "remind":
      await remind(ports, effect.id, effect.at);
      return [];
    case "expire":
      return expire(ports, effect.record);
    case "assemble":
      return assemble(ports, effect.record);
    case "decide":
      return decideAggregate(ports, effect.record, await ports.store.tally(effect.record.id));
    case "cancelMembers":
      return cancelMembers(ports, effect.record);
    case "report":
      return report(ports, effect.aggregate, effect.code);
    case "reportOverflow":
      return reportOverflow(ports, effect.record);
    case "keep":
      return keep(ports, effect.record);
  }
}

async function reportOverflow(ports: Ports, record: FutureRecord): Promise<FutureRecord[]> {
  const settled: FutureRecord[] = [];
  for (const text of await ports.store.watchers(record.id)) {
    const { aggregate, member } = decodeWatcher(text);
    const code = encodeReport({ member, ending: record.state as Ending });
    settled.push(...(await report(ports, aggregate, code)));
  }
  return settled;
}

async function keep(ports: Ports, record: FutureRecord): Promise<FutureRecord[]> {
  const expires = expiry(ports.config, record.settledAt ?? ports.clock.now(), true);
  await ports.store.update(record.id, { states: [record.state] }, { set: { expires } });
  return [];
}
