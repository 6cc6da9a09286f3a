/**
 * `GET /futures/{id}/reports`: which members have reported, as they report.
 *
 * A leaf of the tally only grows, at its end. So a cursor says how many of each leaf's reports are
 * known: one character for each leaf.
 */
import { InvalidRequestError } from "../errors.ts";
import { type FutureRecord, isTerminal } from "../future.ts";
import type { Ports } from "../ports.ts";
import { decodeReport, leafMembers } from "../tally.ts";
import { memberIdsOf } from "../usecases/members.ts";
import { readOwn } from "../usecases/own.ts";
import { inOrder, leafCount, type NumberedLeaf, readLeaves } from "../usecases/tallies.ts";
import type { ReportsPage } from "../wire.ts";

/** The pause between two looks starts here (milliseconds), and grows by half each time… */
const FIRST_PAUSE_MS = 20;
/** …up to this, and for each leaf that is looked at, since each costs a read unit, by so much. */
const LONGEST_PAUSE_MS = 250;
const PAUSE_PER_LEAF_MS = 2;

type Holding = Pick<Ports, "store" | "config" | "clock" | "tenant">;

/**
 * Reports since the cursor; if there are none, looks again until there is one, the aggregate settles
 * or the time is over.
 * @param after the cursor of the page before; absent: from the start
 * @throws NotFoundError; InvalidRequestError if it is no aggregate, or the cursor none of its own
 */
export async function readReports(
  ports: Holding,
  id: string,
  after: string | undefined,
  seconds: number,
): Promise<ReportsPage> {
  const end = ports.clock.now() + seconds * 1000;
  let pause = FIRST_PAUSE_MS;
  for (;;) {
    const record = await readOwn(ports, id);
    if (!record.policy) {
      throw new InvalidRequestError([{ field: "id", message: `a ${record.kind} has no members` }]);
    }
    const page = await look(ports, record, after);
    const left = end - ports.clock.now();
    if (page.reports.length > 0 || page.settled || left <= 0) return page;
    await ports.clock.sleep(Math.min(pause, left));
    const longest = LONGEST_PAUSE_MS + leafCount(ports, record) * PAUSE_PER_LEAF_MS;
    pause = Math.min(pause * 1.5, longest);
  }
}

async function look(ports: Holding, record: FutureRecord, after = ""): Promise<ReportsPage> {
  const known = parse(after);
  const { leafSize } = ports.config;
  const size = record.size ?? record.extent ?? 0;
  const isFull = (leaf: number) => (known[leaf] ?? 0) >= leafMembers(leaf, size, leafSize);
  // A small aggregate's one tally is read like a leaf that holds all.
  const leaves: NumberedLeaf[] = record.tree
    ? await readLeaves(ports, record.id, leafCount(ports, record), (leaf) => !isFull(leaf))
    : [{ leaf: 0, codes: await ports.store.tally(record.id) }];
  const unknown = leaves.map((each) => ({
    ...each,
    skip: known[each.leaf] ?? 0,
  }));
  const fresh = inOrder(unknown, leafSize).filter(isNew(unknown)).slice(0, MAX_REPORTS);
  const counts = [...known];
  for (const { leaf } of fresh) counts[leaf] = (counts[leaf] ?? 0) + 1;
  const decoded = fresh.map(({ code }) => decodeReport(code));
  const ids = await memberIdsOf(
    ports,
    record,
    decoded.map(({ member }) => member),
  );
  const total = counts.reduce((sum, count) => sum + (count ?? 0), 0);
  return {
    reports: decoded.map(({ member, ending }, index) => ({
      id: ids[index] ?? "",
      member,
      state: ending,
    })),
    cursor: format(counts),
    complete: record.size !== undefined && total >= record.size,
    settled: isTerminal(record),
  };
}

/** Passes over the first reports of each leaf, which the cursor knows. */
function isNew(leaves: readonly { leaf: number; skip: number }[]) {
  const left = new Map(leaves.map(({ leaf, skip }) => [leaf, skip]));
  return ({ leaf }: { leaf: number }) => {
    const skip = left.get(leaf) ?? 0;
    left.set(leaf, skip - 1);
    return skip <= 0;
  };
}

/** Reports in one answer: with the longest ids some 3 MB. */
const MAX_REPORTS = 10_000;

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.";

/** Counts up to 64 as one character each; those of a flat tally, which go up to 64 too, as well. */
function format(counts: readonly (number | undefined)[]): string {
  return Array.from(counts, (count = 0) => DIGITS[count] ?? "").join("");
}

function parse(cursor: string): number[] {
  return [...cursor].map((digit) => {
    const count = DIGITS.indexOf(digit);
    if (count !== -1) return count;
    const message = "use the cursor that the page before came with";
    throw new InvalidRequestError([{ field: "after", message }]);
  });
}
