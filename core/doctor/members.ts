/**
 * What an aggregate's members and its tally tell beside its record.
 */
import { decide } from "../decide.ts";
import { type FutureRecord, isTerminal } from "../future.ts";
import { awaitedId, heeds } from "../journal.ts";
import { cancelsRest, isStopping } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { decodeReport } from "../tally.ts";
import { memberIds } from "../usecases/members.ts";
import { isNoted } from "../usecases/overMembers.ts";
import { allReports } from "../usecases/tallies.ts";
import { ALL_TOLD } from "../usecases/tellWatchers.ts";
import { of } from "./examine.ts";
import { FINDINGS, type Finding, GRACE_MS } from "./findings.ts";

/** Members that are compared with their aggregate's tally; of more, the first so many. */
const MAX_COMPARED = 10_000;
const PAGE = 250;

/** Whether a suspended coroutine should have been woken. */
export async function examineAwaited(
  ports: Ports,
  record: FutureRecord,
): Promise<Finding | undefined> {
  if (record.state !== "suspended") return undefined;
  const past = ports.clock.now() - GRACE_MS;
  const { id, awaits = [] } = record;
  const found = await ports.store.readMany(awaits.map((key) => awaitedId(id, key)));
  const settled = awaits
    .map((key) => ({ key, awaited: found.get(awaitedId(id, key)) }))
    .find(({ key, awaited }) => {
      if (!awaited || !isTerminal(awaited) || (awaited.settledAt ?? 0) >= past) return false;
      return heeds(key, awaited.state);
    })?.awaited;
  if (!settled) return undefined;
  const what = `${FINDINGS.asleep} It awaits ${settled.id}.`;
  return of(record, "asleep", "it is woken", settled.settledAt, what);
}

/** Reads what stands beside the record and gives what is wrong, if something is. */
export async function examineMembers(
  ports: Ports,
  record: FutureRecord,
): Promise<Finding | undefined> {
  const past = ports.clock.now() - GRACE_MS;
  if (isTerminal(record)) {
    if ((record.settledAt ?? 0) >= past) return undefined;
    return (await examineTelling(ports, record)) ?? (await examineCancelled(ports, record));
  }
  if (!record.policy || !record.sealed) return undefined;
  const codes = await allReports(ports, record);
  const decision = decide(record, codes, ports.clock.now());
  if (decision.settles || (decision.stop !== undefined && !isStopping(record))) {
    return of(record, "undecided", "it decides again");
  }
  const told = new Set(codes.map((code) => decodeReport(code).member));
  const silent = await findMembers(ports, record, (member, number) => {
    return isTerminal(member) && (member.settledAt ?? 0) < past && !told.has(number);
  });
  if (!silent) return undefined;
  const { count, first } = silent;
  const what = `${count} of its members have settled and have not reported, such as ${first.id}.`;
  return of(record, "unreported", "the reports are made up for", first.settledAt, what);
}

async function examineTelling(ports: Ports, record: FutureRecord): Promise<Finding | undefined> {
  if (!record.overflow || (await isNoted(ports, record, "tell", ALL_TOLD))) return undefined;
  return of(record, "untold", "its watchers are told again", record.settledAt);
}

/** Members that live although their aggregate has settled and was to cancel them. */
async function examineCancelled(ports: Ports, record: FutureRecord): Promise<Finding | undefined> {
  if (!record.policy || !(cancelsRest(record.policy) || isStopping(record))) return undefined;
  const unasked = await findMembers(
    ports,
    record,
    (member) => !isTerminal(member) && !member.cancel,
  );
  if (!unasked) return undefined;
  const { count, first } = unasked;
  const what = `It has settled, and ${count} members that it cancels were not asked, such as ${first.id}.`;
  return of(record, "uncancelled", "its members are asked again", record.settledAt, what);
}

async function findMembers(
  ports: Ports,
  record: FutureRecord,
  fits: (member: FutureRecord, number: number) => boolean,
): Promise<{ count: number; first: FutureRecord } | undefined> {
  const end = Math.min(MAX_COMPARED, record.size ?? record.extent ?? 0);
  let count = 0;
  let first: FutureRecord | undefined;
  for (let from = 0; from < end; from += PAGE) {
    const ids = await memberIds(ports, record, from, Math.min(end, from + PAGE));
    const members = await ports.store.readMany(ids);
    for (const [index, id] of ids.entries()) {
      const member = members.get(id);
      if (!member || !fits(member, from + index)) continue;
      first ??= member;
      count += 1;
    }
  }
  return first && { count, first };
}
