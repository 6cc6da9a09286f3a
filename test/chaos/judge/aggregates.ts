/**
 * Promise 4: an aggregate settles exactly when its policy says, judged by a model of its own over
 * how its members ended and what it was decided on.
 */
import type { Config } from "../../../core/config.ts";
import { type FutureRecord, isTerminal } from "../../../core/future.ts";
import type { Policy, ReturnWhen } from "../../../core/policies.ts";
import type { Store } from "../../../core/ports.ts";
import { decodeReport, type Ending, type Report } from "../../../core/tally.ts";
import { frozen, frozenCount } from "../../../core/usecases/frozen.ts";
import { memberIds } from "../../../core/usecases/members.ts";
import { allReports } from "../../../core/usecases/tallies.ts";

/** Where the futures are: in memory, or in a table of the embedded cloud. */
export interface Stored {
  store: Store;
  config: Config;
}

/** What is wrong with a settled aggregate. */
export async function flawsOf(it: Stored, record: FutureRecord): Promise<string[]> {
  const reports = (await allReports(it, record)).map(decodeReport);
  const members = await endingsOf(it, record);
  const flaws: string[] = [];
  if (new Set(reports.map((each) => each.member)).size !== reports.length) {
    flaws.push("a member has reported twice");
  }
  for (const { member, ending } of reports) {
    if (members[member] !== ending) {
      flaws.push(`member ${member} is ${members[member]} and reported ${ending}`);
    }
  }
  if (record.error?.name === "IncompleteBatchError") {
    // The call that was to create the members died: allowed only if nobody was told otherwise.
    if (members.every((each) => each !== undefined))
      flaws.push("it is complete, and called not so");
    return flaws;
  }
  if (record.error?.name === "UnsealedError") {
    return record.sealed ? [...flaws, "it was sealed, and called not so"] : flaws;
  }
  if (record.cancel || record.state === "cancelled") return flaws;
  const decided = (await frozen(it, record)).map(decodeReport);
  const known = new Set(reports.map((each) => JSON.stringify(each)));
  if (decided.some((each) => !known.has(JSON.stringify(each)))) {
    flaws.push("it was decided on what nobody has reported");
  }
  const seen: Seen = { record, members, reports, decided };
  if (record.policy && !fits(record.policy, seen)) {
    const ended = members.map((each) => each ?? "(live)").join(", ");
    flaws.push(`it has ${record.state} (${record.error?.name}) with members ${ended}`);
  }
  return flaws;
}

interface Seen {
  record: FutureRecord;
  /** How each member has ended by now. */
  members: readonly (Ending | undefined)[];
  reports: readonly Report[];
  decided: readonly Report[];
}

function fits(policy: Policy, seen: Seen): boolean {
  const { record, members, decided } = seen;
  const { state, error } = record;
  const all = members.every((each) => each !== undefined);
  const any = (...endings: Ending[]) => members.some((each) => each && endings.includes(each));
  const timedOut = error?.name === "TimeoutError" && record.due !== undefined;
  const successes = members.filter((each) => each === "succeeded").length;
  switch (policy.of) {
    case "gather":
      return state === "succeeded"
        ? all && (policy.returnExceptions || !any("failed", "cancelled"))
        : !policy.returnExceptions && any("failed", "cancelled");
    case "wait":
      return state === "succeeded" && isEnough(policy.returnWhen, seen);
    case "asCompleted":
      return state === "succeeded" ? all && decided.length === record.size : timedOut;
    case "taskGroup":
      return all && any("failed") === (state === "failed");
    case "any":
      return state === "succeeded" ? decided[0]?.ending === "succeeded" : all && successes === 0;
    case "some":
      return state === "succeeded"
        ? decided.length === policy.count && decided.every((each) => each.ending === "succeeded")
        : members.filter((each) => each !== undefined && each !== "succeeded").length >
            members.length - policy.count;
    case "waitFor":
    case "shield":
    case "race":
      return state === "succeeded"
        ? decided[0]?.ending === "succeeded"
        : timedOut || any("failed", "cancelled");
  }
}

/** Whether the reports that a wait was decided on are enough and, where order is known, the first. */
function isEnough(returnWhen: ReturnWhen, { record, reports, decided }: Seen): boolean {
  if (frozenCount(record) === undefined) return reports.length === record.size;
  const endings = decided.map((each) => each.ending);
  // Among the leaves of a tree the order is that of their reporters' clocks, which differ.
  const first =
    record.tree ||
    reports.slice(0, decided.length).every((each, index) => {
      return JSON.stringify(each) === JSON.stringify(decided[index]);
    });
  const enough =
    endings.length === record.size ||
    (record.due !== undefined && (record.settledAt ?? 0) >= record.due) ||
    (returnWhen === "FIRST_COMPLETED" && endings.length > 0) ||
    (returnWhen === "FIRST_EXCEPTION" && endings.includes("failed"));
  return first && enough;
}

/** How each member ended, by its number; undefined if it does not exist or lives. */
export async function endingsOf(it: Stored, record: FutureRecord): Promise<(Ending | undefined)[]> {
  const ids = await memberIds(it, record);
  const members = await it.store.readMany(ids);
  return ids.map((id) => {
    const member = members.get(id);
    return member && isTerminal(member) ? (member.state as Ending) : undefined;
  });
}
