/**
 * Promise 4: an aggregate settles exactly when its policy says, judged by asyncio's rules over the
 * reports of its members, and those over how the members have really ended.
 */
import { type ErrorRecord, type FutureRecord, isCall, isTerminal } from "../../../core/future.ts";
import { systemClock } from "../../../core/systemClock.ts";
import { decodeReport, type Ending, type Report } from "../../../core/tally.ts";
import { frozen, frozenCount } from "../../../core/usecases/frozen.ts";
import { memberIds } from "../../../core/usecases/members.ts";
import { allReports } from "../../../core/usecases/tallies.ts";
import { outcomeOf } from "../../../core/view/outcome.ts";
import { asyncioSays, type Expected } from "./asyncio.ts";
import type { Watched } from "./messages.ts";
import type { ReportJudge } from "./reports.ts";
import { isEqual } from "./writes.ts";

/** Clocks of processes differ by so much. */
const CLOCKS_MS = 1000;

/** What is wrong with a settled aggregate. */
export async function flawsOf(
  it: Watched,
  record: FutureRecord,
  reports: ReportJudge,
): Promise<string[]> {
  const told = (await allReports(it, record)).map(decodeReport);
  const members = await endingsOf(it, record);
  const flaws: string[] = [];
  if (new Set(told.map((each) => each.member)).size !== told.length) {
    flaws.push("a member has reported twice");
  }
  for (const { member, ending } of told) {
    if (members[member] !== ending) {
      flaws.push(`member ${member} is ${members[member]} and reported ${ending}`);
    }
  }
  const { name } = record.error ?? {};
  if (name === "IncompleteBatchError") {
    // The call that was to create the members died: allowed only if nobody was told otherwise.
    const complete = members.every((each) => each !== undefined);
    return complete ? [...flaws, "it is complete, and called not so"] : flaws;
  }
  if (name === "UnsealedError") {
    return record.sealed ? [...flaws, "it was sealed, and called not so"] : flaws;
  }
  return [
    ...flaws,
    ...(await wrongOutcome(it, record, reports)),
    ...(await wrongResult(it, record)),
  ];
}

/** Whether it is one that asyncio gives, for as many of the reports as it may have seen. */
async function wrongOutcome(
  it: Watched,
  record: FutureRecord,
  judge: ReportJudge,
): Promise<string[]> {
  const { policy } = record;
  const course = judge.courseOf(record.id);
  if (!policy || wasCancelledAtOnce(it, record)) return [];
  const before = course.reports.slice(0, course.settledAfter);
  const size = record.size ?? 0;
  const timed = record.due !== undefined;
  const timedOut = timed && course.settledAt >= (record.due ?? 0) - CLOCKS_MS;
  const decided = (await frozen(it, record)).map(decodeReport);
  const errors = await errorsOf(it, record);
  // Whoever decided may have read the reports before the last of them came.
  for (let count = before.length; count >= 0; count -= 1) {
    const expected = asyncioSays({
      policy,
      size,
      reports: before.slice(0, count),
      timedOut,
      timed,
      cancel: record.cancel === true,
      stopping: record.stopping !== undefined,
    });
    if (expected && fits(record, expected, { before, decided, errors })) return [];
  }
  const heard = before.map(({ member, ending }) => `${member} ${ending}`).join(", ");
  return [`it has ${record.state} (${record.error?.name}) after the reports ${heard || "of none"}`];
}

interface Known {
  before: readonly Report[];
  decided: readonly Report[];
  errors: readonly (ErrorRecord | undefined)[];
}

function fits(record: FutureRecord, expected: Expected, known: Known): boolean {
  // Among the leaves of a tree the order is that of their reporters' clocks, which differ.
  const same = (a: readonly Report[], b: readonly Report[]) =>
    record.tree
      ? a.length === b.length && a.every((each) => known.before.some((one) => isEqual(one, each)))
      : isEqual(a, b);
  if ("as" in expected) {
    const candidates = record.tree ? known.before : [expected.as];
    return candidates.some((report) => isAs(record, report, known));
  }
  if (expected.state !== record.state) return false;
  if (expected.state === "failed") return record.error?.name === expected.error;
  if (expected.state === "cancelled" || expected.decided === undefined) return true;
  // Where all members count, none is named.
  return frozenCount(record) === undefined
    ? expected.decided.length === record.size
    : same(known.decided, expected.decided);
}

/** Whether it has ended as that member. */
function isAs(record: FutureRecord, report: Report, { decided, errors }: Known): boolean {
  if (report.ending === "succeeded") {
    return record.state === "succeeded" && isEqual(decided, [report]);
  }
  const error = errors[report.member];
  const cancelled = report.ending === "cancelled" || error?.name === "CancelledError";
  if (record.policy?.of === "waitFor" && cancelled) {
    return record.stopping === "timeout"
      ? record.state === "failed" && record.error?.name === "TimeoutError"
      : record.state === "cancelled";
  }
  if (report.ending === "cancelled" && record.policy?.of !== "gather") {
    return record.state === "cancelled";
  }
  return (
    record.state === "failed" &&
    (report.ending === "cancelled"
      ? record.error?.name === "CancelledError"
      : isEqual(record.error, error))
  );
}

/** A request ended it without its members: what is done to it is not for them to say. */
function wasCancelledAtOnce({ known }: Watched, record: FutureRecord): boolean {
  const { state, error, openUntil, policy, sealed } = record;
  if (!known.mayBeCancelled(record.id)) return false;
  if (openUntil !== undefined && !sealed) {
    return state === "cancelled" || error?.name === "CancelledError";
  }
  return state === "cancelled" && policy?.of !== "gather" && policy?.of !== "taskGroup";
}

/** A list of results holds what each member has really ended with. */
async function wrongResult(it: Watched, record: FutureRecord): Promise<string[]> {
  const { policy, state } = record;
  if (state !== "succeeded" || (policy?.of !== "gather" && policy?.of !== "asCompleted")) return [];
  const reading = { ...it, clock: systemClock };
  const { result, paged } = await outcomeOf(reading, record);
  if (paged) return [];
  const order =
    policy.of === "asCompleted" ? (await frozen(it, record)).map((code) => decodeReport(code)) : [];
  const ids = await memberIds(it, record);
  const listed = order.length > 0 ? order.map(({ member }) => ids[member] as string) : ids;
  const expected = await Promise.all(
    listed.map(async (id) => {
      const member = it.store.table.peek(id);
      if (!member) return { error: { name: "NotFoundError" } };
      if (member.state === "succeeded") return (await outcomeOf(reading, member)).result ?? null;
      return { error: member.error ?? { name: "CancelledError" } };
    }),
  );
  const values = (result as unknown[]).map((each, place) => {
    const { error } = (each ?? {}) as { error?: ErrorRecord };
    const { error: wanted } = (expected[place] ?? {}) as { error?: ErrorRecord };
    return error && wanted ? error.name === wanted.name : isEqual(each, expected[place]);
  });
  return values.every(Boolean) ? [] : [`its result is ${JSON.stringify(result)}`];
}

/** How each member ended, by its number; undefined if it does not exist or lives. */
export async function endingsOf(
  it: Watched,
  record: FutureRecord,
): Promise<(Ending | undefined)[]> {
  return (await memberIds(it, record)).map((id) => {
    const member = it.store.table.peek(id);
    // Of a program that died while it stored them: what was never stored does not exist.
    if (!member) return isCall(record) ? "failed" : undefined;
    return isTerminal(member) ? (member.state as Ending) : undefined;
  });
}

async function errorsOf(it: Watched, record: FutureRecord): Promise<(ErrorRecord | undefined)[]> {
  return (await memberIds(it, record)).map((id) => it.store.table.peek(id)?.error);
}
