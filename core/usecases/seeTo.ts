/**
 * The settler's work: "see to future X". Reads it and performs what it owes.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { isDue } from "../policies.ts";
import type { Ports, When } from "../ports.ts";
import { isWatched, settlement } from "../settlement.ts";
import { type Ending, encodeReport } from "../tally.ts";
import { report } from "./decideAggregate.ts";
import { memberIds } from "./members.ts";
import { perform } from "./perform.ts";
import { EARLY_MS } from "./remind.ts";

export async function seeTo(ports: Ports, id: string): Promise<void> {
  const record = await readWhenDue(ports, id);
  if (!record) return;
  const dueAggregate = record.policy && isDue(record, ports.clock.now());
  if (record.policy && record.sealed && !isTerminal(record) && !dueAggregate) {
    await perform(ports, await reconcile(ports, record));
  }
  await perform(ports, [record]);
}

/** The future; if its time comes within a second, as it stands then. */
async function readWhenDue(ports: Ports, id: string): Promise<FutureRecord | undefined> {
  const record = await ports.store.read(id);
  if (!record || isTerminal(record) || record.kind === "task") return record;
  const early = (record.due ?? 0) - ports.clock.now();
  if (early <= 0 || early > EARLY_MS) return record;
  await ports.clock.sleep(early);
  return ports.store.read(id);
}

/**
 * Compares a sealed aggregate with its members: a report may be missing if the queues were lost,
 * and members if the call that was to create them died (its caller got no answer, and whoever
 * holds the aggregate's id must not wait for ever).
 * @returns futures that owe something now
 */
async function reconcile(ports: Ports, aggregate: FutureRecord): Promise<FutureRecord[]> {
  const ids = await memberIds(ports, aggregate);
  const members = await ports.store.readMany(ids);
  const told = new Set(await ports.store.tally(aggregate.id));
  const owing: FutureRecord[] = [];
  for (const [member, id] of ids.entries()) {
    const record = members.get(id);
    if (!record && aggregate.born) {
      // While the call that creates them may go on, its own guard is still to come.
      return ports.clock.now() < (aggregate.leaseUntil ?? 0)
        ? []
        : failIncomplete(ports, aggregate, id);
    }
    if (record && !isTerminal(record)) {
      // Created, but perhaps never sent: the call may have died in between.
      if (aggregate.born && record.state === "pending") owing.push(record);
      continue;
    }
    const code = encodeReport({
      member,
      ending: (record?.state as Ending | undefined) ?? "failed",
    });
    if (!told.has(code)) owing.push(...(await report(ports, aggregate.id, code)));
  }
  return owing;
}

/** How a gather fails whose members were never all created. */
export const INCOMPLETE = "IncompleteBatchError";

/** Refused if a repeat of the call has taken it up since: that raises the turn. */
async function failIncomplete(
  ports: Ports,
  aggregate: FutureRecord,
  missing: string,
): Promise<FutureRecord[]> {
  const message = `The call that was to create its members ended early: ${missing} does not exist. Submit the batch again under another id.`;
  const change = settlement(
    ports.config,
    { state: "failed", error: { name: INCOMPLETE, message } },
    ports.clock.now(),
    { watched: isWatched(aggregate) },
  );
  const when: When = { states: ["pending"], turn: aggregate.turn };
  const written = await ports.store.update(aggregate.id, when, change);
  // Also if it was refused: perhaps by its own effect, whose answer was lost.
  return written.record ? [written.record] : [];
}
