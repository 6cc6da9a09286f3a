/**
 * Reports to aggregates, and the settling of an aggregate once its policy has decided.
 */
import { type ErrorRecord, type FutureRecord, isTerminal } from "../future.ts";
import { type Decision, decide } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { isWatched, type Settled, settlement } from "../settlement.ts";
import { cancelledError } from "../view/errors.ts";
import { memberIds } from "./members.ts";

/**
 * Adds a member's report to an aggregate's tally and lets the aggregate decide.
 *
 * The report is added first and the seal is read after; whoever seals does it the other way round
 * (seal, then read the tally): so one of the two sees both.
 *
 * @returns the aggregate if it is settled and owes something on that account
 */
export async function report(
  ports: Ports,
  aggregate: string,
  code: number,
): Promise<readonly FutureRecord[]> {
  const { codes, fresh } = await ports.store.report(aggregate, code);
  const record = await ports.store.read(aggregate);
  if (!record) return [];
  // "Already reported" does not mean "already passed on": whoever settled the aggregate may have
  // died before telling its watchers. A fresh report to a settled aggregate changes nothing.
  if (isTerminal(record)) return fresh ? [] : [record];
  return decideAggregate(ports, record, codes);
}

/** Settles a sealed aggregate if the reports suffice; gives it if it is settled now. */
export async function decideAggregate(
  ports: Ports,
  record: FutureRecord,
  codes: readonly number[],
): Promise<readonly FutureRecord[]> {
  if (!record.sealed || isTerminal(record)) return [];
  const now = ports.clock.now();
  const decision = decide(record, codes, now);
  if (!decision.settles) return [];
  const outcome = await outcomeOf(ports, record, decision, codes);
  return settleAggregate(ports, record, outcome);
}

/** Settles an aggregate unless it is settled; in both cases it then owes word to its watchers. */
export async function settleAggregate(
  ports: Ports,
  record: FutureRecord,
  outcome: Settled,
): Promise<readonly FutureRecord[]> {
  const change = settlement(ports.config, outcome, ports.clock.now(), {
    watched: isWatched(record),
  });
  const written = await ports.store.update(record.id, { states: ["pending"] }, change);
  return written.record ? [written.record] : [];
}

async function outcomeOf(
  ports: Ports,
  record: FutureRecord,
  decision: Decision & { settles: true },
  codes: readonly number[],
): Promise<Settled> {
  if (decision.as === "succeeded") {
    // A gather's result is its members' results, which never change; a wait must freeze which
    // members were done.
    const decided = record.policy?.of === "wait" ? { decided: codes } : {};
    return { state: "succeeded", ...decided };
  }
  if ("error" in decision) return { state: "failed", error: decision.error };
  return { state: "failed", error: await errorOfMember(ports, record, decision.member) };
}

async function errorOfMember(
  ports: Ports,
  record: FutureRecord,
  member: number,
): Promise<ErrorRecord> {
  const id = (await memberIds(ports, record))[member] ?? "";
  const settled = await ports.store.read(id);
  if (!settled) return { name: "NotFoundError", message: `The member ${id} has expired.` };
  return settled.error ?? cancelledError(id);
}
