/**
 * The settler's work: "see to future X". Reads it and performs what it owes.
 */
import { type FutureRecord, isTerminal } from "../future.ts";
import { isDue } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { type Ending, encodeReport } from "../tally.ts";
import { report, settleAggregate } from "./decideAggregate.ts";
import { memberIds } from "./members.ts";
import { perform } from "./perform.ts";

export async function seeTo(ports: Ports, id: string): Promise<void> {
  const record = await ports.store.read(id);
  if (!record) return;
  const dueAggregate = record.policy && isDue(record, ports.clock.now());
  if (record.policy && record.sealed && !isTerminal(record) && !dueAggregate) {
    await perform(ports, await reconcile(ports, record));
  }
  await perform(ports, [record]);
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
    if (!record && aggregate.born) return [...(await failIncomplete(ports, aggregate, id))];
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

function failIncomplete(ports: Ports, aggregate: FutureRecord, missing: string) {
  return settleAggregate(ports, aggregate, {
    state: "failed",
    error: {
      name: "IncompleteBatchError",
      message: `The call that was to create its members ended early: ${missing} does not exist. Submit the batch again under another id.`,
    },
  });
}
