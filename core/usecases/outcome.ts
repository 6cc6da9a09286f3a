/**
 * What an aggregate settles with, once its policy has decided.
 */

import { type Decision, TIMED_OUT } from "../decide.ts";
import { type ErrorRecord, type FutureRecord, isTerminal } from "../future.ts";
import type { Ports } from "../ports.ts";
import type { Settled } from "../settlement.ts";
import { decodeReport, type Ending, encodeReport } from "../tally.ts";
import { cancelledError } from "../view/errors.ts";
import { freeze } from "./frozen.ts";
import { memberIdAt, memberIds } from "./members.ts";
import { allReports } from "./tallies.ts";

export async function outcomeOf(
  ports: Ports,
  record: FutureRecord,
  decision: Decision & { settles: true },
  codes: readonly number[],
  complete: boolean,
): Promise<Settled> {
  switch (decision.as) {
    case "succeeded":
      return { state: "succeeded", ...(await frozenOf(ports, record, codes, complete)) };
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

/**
 * A gather's result is its members' results, which never change; where the order of reports or
 * their number at this moment counts, they are frozen.
 */
async function frozenOf(
  ports: Ports,
  record: FutureRecord,
  codes: readonly number[],
  complete: boolean,
) {
  const { policy } = record;
  const successes = () => codes.filter((code) => decodeReport(code).ending === "succeeded");
  switch (policy?.of) {
    case "wait":
      // Of a complete one there is nothing to remember: all are done.
      if (complete && record.tree) return {};
      if (record.tree) return freeze(ports, record.id, await allReports(ports, record));
      return freeze(ports, record.id, complete ? codes : await caughtUp(ports, record));
    case "asCompleted":
      return freeze(ports, record.id, codes);
    case "any":
      return { decided: successes().slice(0, 1) };
    case "some":
      return freeze(ports, record.id, successes().slice(0, policy.count));
    default:
      return {};
  }
}

/**
 * All reports, with those of members that have settled and whose word is still under way: asyncio's
 * wait looks at every future once it is woken, and not only at those that woke it.
 */
async function caughtUp(ports: Ports, record: FutureRecord): Promise<readonly number[]> {
  const ids = await memberIds(ports, record);
  const members = await ports.store.readMany(ids);
  const codes = await allReports(ports, record);
  const told = new Set(codes.map((code) => decodeReport(code).member));
  let all = codes;
  for (const [member, id] of ids.entries()) {
    const settled = members.get(id);
    if (told.has(member) || !settled || !isTerminal(settled)) continue;
    const ending = settled.state as Ending;
    all = (await ports.store.report(record.id, encodeReport({ member, ending }))).codes;
  }
  return all;
}

/** The member's own outcome, as `await` would give it. */
async function mirror(
  ports: Ports,
  record: FutureRecord,
  member: number,
  codes: readonly number[],
): Promise<Settled> {
  const code = codes.find((each) => decodeReport(each).member === member) ?? 0;
  const { ending } = decodeReport(code);
  if (ending === "succeeded") return { state: "succeeded", decided: [code] };
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
/** Characters of each that are kept, for the same reason: fifty must stay well below 16 KB. */
const MAX_GROUPED_MESSAGE = 200;

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
    failed
      .slice(0, MAX_GROUPED)
      .map(async (member) => shortened(await errorOfMember(ports, record, member))),
  );
  const message =
    name === "ExceptionGroup"
      ? `${failed.length} of ${record.size} tasks of the group have failed.`
      : `${failed.length} of ${record.size} members have failed; too few are left.`;
  return { state: "failed", error: { name, message, errors } };
}

/** The member itself keeps the whole error, causes included. */
function shortened({ name, message }: ErrorRecord): ErrorRecord {
  const cut = message.length > MAX_GROUPED_MESSAGE;
  return { name, message: cut ? `${message.slice(0, MAX_GROUPED_MESSAGE)}…` : message };
}

async function errorOfMember(
  ports: Ports,
  record: FutureRecord,
  member: number,
): Promise<ErrorRecord> {
  const id = await memberIdAt(ports, record, member);
  const settled = id === undefined ? undefined : await ports.store.read(id);
  if (!settled) return { name: "NotFoundError", message: `The member ${id} has expired.` };
  return settled.error ?? cancelledError(settled.id);
}
