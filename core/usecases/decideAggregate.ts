/**
 * Reports to aggregates, and the settling of an aggregate once its policy has decided.
 */
import { type ErrorRecord, type FutureRecord, isTerminal } from "../future.ts";
import { type Decision, decide, TIMED_OUT } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { isWatched, type Settled, settlement } from "../settlement.ts";
import { decodeReport } from "../tally.ts";
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
  if (!decision.settles) return decision.stop ? stop(ports, record, decision.stop) : [];
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

/** Marks that the members are to be cancelled; they are asked on account of the mark. */
async function stop(
  ports: Ports,
  record: FutureRecord,
  stopping: "timeout" | "failure",
): Promise<readonly FutureRecord[]> {
  const written = await ports.store.update(
    record.id,
    { states: ["pending"] },
    { set: { stopping } },
  );
  return written.record ? [written.record] : [];
}

async function outcomeOf(
  ports: Ports,
  record: FutureRecord,
  decision: Decision & { settles: true },
  codes: readonly number[],
): Promise<Settled> {
  switch (decision.as) {
    case "succeeded":
      // A gather's result is its members' results, which never change; where the order of reports
      // or their number at this moment counts, they are frozen.
      return record.policy?.of === "gather" || record.policy?.of === "taskGroup"
        ? { state: "succeeded" }
        : { state: "succeeded", decided: codes };
    case "cancelled":
      return { state: "cancelled" };
    case "mirror":
      return mirror(ports, record, decision.member, codes);
    case "failed":
      if ("error" in decision) return { state: "failed", error: decision.error };
      if ("group" in decision) return errorGroup(ports, record, decision.group, codes);
      return { state: "failed", error: await errorOfMember(ports, record, decision.member) };
  }
}

/** The member's own outcome, as `await` would give it. */
async function mirror(
  ports: Ports,
  record: FutureRecord,
  member: number,
  codes: readonly number[],
): Promise<Settled> {
  const code = codes.find((each) => decodeReport(each).member === member);
  const { ending } = decodeReport(code ?? 0);
  if (ending === "succeeded")
    return { state: "succeeded", decided: code === undefined ? [] : [code] };
  const error = await errorOfMember(ports, record, member);
  const cancelled = ending === "cancelled" || error.name === "CancelledError";
  if (record.policy?.of === "waitFor" && cancelled) {
    // What is raised inside asyncio's wait_for: a CancelledError cancels whoever awaits it.
    return record.stopping === "timeout"
      ? { state: "failed", error: TIMED_OUT }
      : { state: "cancelled" };
  }
  return ending === "cancelled" ? { state: "cancelled" } : { state: "failed", error };
}

/** Errors that are kept of a group: the record is one item, and every read pays for it. */
const MAX_GROUPED = 50;

async function errorGroup(
  ports: Ports,
  record: FutureRecord,
  name: "ExceptionGroup" | "AggregateError",
  codes: readonly number[],
): Promise<Settled> {
  const failed = codes
    .map(decodeReport)
    .filter(
      ({ ending }) => ending === "failed" || (name === "AggregateError" && ending === "cancelled"),
    )
    .map(({ member }) => member)
    .sort((a, b) => a - b);
  const errors = await Promise.all(
    failed.slice(0, MAX_GROUPED).map((member) => errorOfMember(ports, record, member)),
  );
  const message =
    name === "ExceptionGroup"
      ? `${failed.length} of ${record.size} tasks of the group have failed.`
      : `${failed.length} of ${record.size} members have failed; too few are left.`;
  return { state: "failed", error: { name, message, errors } };
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
