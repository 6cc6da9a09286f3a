/**
 * Tallies: which members of an aggregate have reported, in the order of their reports.
 *
 * A tally is a grow-only list of codes without duplicates. A code holds the member's number and
 * how it ended, so equal reports are equal codes: appending one that is already there changes
 * nothing, whoever repeats it and however often.
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

/** A watcher's address as it is stored on the member. */
export interface Watcher {
  aggregate: string;
  member: number;
}

export function encodeWatcher(watcher: Watcher): string {
  return `${watcher.aggregate}#${watcher.member}`;
}

export function decodeWatcher(text: string): Watcher {
  const cut = text.lastIndexOf("#");
  return { aggregate: text.slice(0, cut), member: Number(text.slice(cut + 1)) };
}
