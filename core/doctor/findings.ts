/**
 * What the doctor finds.
 */
import type { Place } from "../pauses.ts";

export const FINDINGS = {
  /** A running task whose worker stopped without a word, and that nobody took over. */
  leaseOver: "Its worker is gone, and nobody has taken it over.",
  /** A timer, a promise or an aggregate whose time has come, or an open one past its limit. */
  overdue: "Its time has come, and it has not settled.",
  openTooLong: "It was not sealed in time, and has not failed for it.",
  unassembled: "The call that made it has not registered it with its members.",
  undecided: "Its members' reports suffice, and it has not settled.",
  unreported: "Members have settled, and their reports are missing.",
  untold: "It has settled, and who watches it was not told.",
  uncancelled: "It has settled, and members that it was to cancel were not asked.",
  unnoticed: "It has settled, and its event was not published.",
  asleep: "What it awaits has settled, and it was not woken.",
  missingMessages: "Tasks are due, and the band's queue holds too few messages for them.",
  noPermits: "Work is ready, and no permit is there to have it run.",
  deadLetters: "Messages lie in a dead-letter queue.",
  pausedWork: "The band is paused, and work waits in it.",
  surplusPermits: "Permits are there, and no work.",
} as const;

export type FindingKind = keyof typeof FINDINGS;

export interface Finding {
  kind: FindingKind;
  /** `note`: nothing that must be mended, such as a band that somebody has paused. */
  severity: "stuck" | "note";
  /** The future that it is about. */
  id?: string;
  /** The band or the queue that it is about. */
  place?: Partial<Place> & { queue?: string };
  /** What is wrong, with numbers. */
  what: string;
  /** Since when, in milliseconds. */
  since?: number;
  /** What mends it. */
  mend: string;
  /** That was done. */
  mended?: boolean;
}

/** Something that was done as it should be is over within two minutes, whatever crashed. */
export const GRACE_MS = 120_000;
