/**
 * Tallies: which members of an aggregate have reported, in the order of their reports.
 *
 * A tally is a grow-only list of codes without duplicates. A code holds the member's number and
 * how it ended, so equal reports are equal codes: appending one that is already there changes
 * nothing, whoever repeats it and however often.
 *
 * One item takes about 1,000 writes a second, and each costs by the item's size. So the tally of
 * many members is a tree of two levels: leaves of 64 members each, and a root to which a leaf that
 * is complete reports, like a member, the worst ending in it.
 */
import type { State } from "./future.ts";

const ENDINGS = ["succeeded", "failed", "cancelled"] as const satisfies readonly State[];

/** How a member ended. */
export type Ending = (typeof ENDINGS)[number];

/** One member's report. */
export interface Report {
  member: number;
  ending: Ending;
}

export function encodeReport(report: Report): number {
  return report.member * ENDINGS.length + ENDINGS.indexOf(report.ending);
}

export function decodeReport(code: number): Report {
  return {
    member: Math.floor(code / ENDINGS.length),
    ending: ENDINGS[code % ENDINGS.length] as Ending,
  };
}

/**
 * Where a member reports to.
 * - `flat`: to the one tally of a small aggregate
 * - `leaf`: to its leaf of a large one
 * - `quiet`: the same, and a success is of interest only once its leaf of so many is complete
 * - `task`: no aggregate but a suspended coroutine, which is woken
 * - `guard`: the same, but only if the member has failed
 */
export type Tier = "flat" | "leaf" | "quiet" | "task" | "guard";

/** A watcher's address as it is stored on the member. */
export interface Watcher {
  aggregate: string;
  member: number;
  tier: Tier;
}

const MARKS: Readonly<Record<Tier, string>> = {
  flat: "",
  leaf: "!",
  quiet: "~",
  task: "@",
  guard: "^",
};

export function encodeWatcher({ aggregate, member, tier }: Watcher): string {
  return `${aggregate}#${member}${MARKS[tier]}`;
}

export function decodeWatcher(text: string): Watcher {
  const cut = text.lastIndexOf("#");
  const mark = text.at(-1);
  const tier =
    (["leaf", "quiet", "task", "guard"] as const).find((each) => MARKS[each] === mark) ?? "flat";
  return { aggregate: text.slice(0, cut), member: Number.parseInt(text.slice(cut + 1), 10), tier };
}

/** The name of a leaf's tally; ids hold no slash. */
export function leafName(aggregate: string, leaf: number): string {
  return `${aggregate}/${leaf}`;
}

/** How many members the leaf has of an aggregate of that size. */
export function leafMembers(leaf: number, size: number, leafSize: number): number {
  return Math.max(0, Math.min(leafSize, size - leaf * leafSize));
}

/** What a complete leaf reports to the root. Its codes never change again, so neither does this. */
export function leafReport(leaf: number, codes: readonly number[]): Report {
  const endings = new Set(codes.map((code) => decodeReport(code).ending));
  const ending = (["failed", "cancelled"] as const).find((each) => endings.has(each));
  return { member: leaf, ending: ending ?? "succeeded" };
}
