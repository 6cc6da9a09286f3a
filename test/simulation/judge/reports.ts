/**
 * What every aggregate was told and when: the order in which its members reported, as the table
 * took them, and how far it was when it settled. In a calm run it must settle soon after the moment
 * at which asyncio's would (promise 4: no lost wake-up).
 */
import { type FutureRecord, isTerminal } from "../../../core/future.ts";
import { decodeReport, type Report } from "../../../core/tally.ts";
import { asyncioSays } from "./asyncio.ts";
import type { Watched } from "./messages.ts";

export interface Course {
  reports: Report[];
  /** Reports that had come when it settled. */
  settledAfter: number | undefined;
  /** When it settled, in virtual milliseconds. */
  settledAt: number;
  /** When it could have. */
  decidedAt: number | undefined;
}

/**
 * Milliseconds from the deciding report to the settling, when nothing goes wrong: a page of many
 * watchers is told by the settler, one after another.
 */
const PROMPT_MS = 10_000;

export class ReportJudge {
  private readonly courses = new Map<string, Course>();
  /** What was reported to aggregates that did not exist yet. */
  private readonly early = new Map<string, { tally: string; code: number }[]>();
  private readonly it: Watched;

  constructor(it: Watched) {
    this.it = it;
  }

  courseOf(id: string): Course {
    const known = this.courses.get(id);
    if (known) return known;
    const made = { reports: [], settledAfter: undefined, settledAt: 0, decidedAt: undefined };
    this.courses.set(id, made);
    return made;
  }

  reported(tally: string, code: number): void {
    const [, id = "", leaf] = /^([^/]*)(?:\/(\d+))?$/.exec(tally) ?? [];
    const record = this.it.store.table.peek(id);
    // A member that was born with its aggregate may have ended before that was stored.
    if (!record) this.early.set(id, [...(this.early.get(id) ?? []), { tally, code }]);
    if (!record?.policy) return;
    // Of a tree the root holds no members' reports.
    if (record.tree === true && leaf === undefined) return;
    const { member, ending } = decodeReport(code);
    const report = { member: member + Number(leaf ?? 0) * this.it.config.leafSize, ending };
    const course = this.courseOf(id);
    course.reports.push(report);
    this.it.env.history.note(id, `member ${report.member} reports ${ending}`, this.it.env.acting);
    this.look(record, course);
  }

  wrote(after: FutureRecord): void {
    if (!after.policy) return;
    const early = this.early.get(after.id) ?? [];
    this.early.delete(after.id);
    for (const { tally, code } of early) this.reported(tally, code);
    const course = this.courseOf(after.id);
    if (!isTerminal(after)) this.look(after, course);
    else if (course.settledAfter === undefined) this.settled(course);
  }

  private settled(course: Course): void {
    course.settledAfter = course.reports.length;
    course.settledAt = this.it.env.world.now;
  }

  /** Whether it could settle now; then it must do so soon. */
  private look(record: FutureRecord, course: Course): void {
    const { env } = this.it;
    if (!env.faults.calm || !record.sealed || course.decidedAt !== undefined) return;
    if (isTerminal(record)) return;
    const expected = asyncioSays({
      policy: record.policy as NonNullable<FutureRecord["policy"]>,
      size: record.size ?? 0,
      reports: course.reports,
      timedOut: false,
      timed: record.due !== undefined,
      cancel: record.cancel === true,
      stopping: record.stopping !== undefined,
    });
    if (!expected) return;
    course.decidedAt = env.world.now;
    env.world.after(PROMPT_MS, () => {
      if (course.settledAfter !== undefined) return;
      env.history.violation(4, record.id, "all was reported that it waited for, and it sleeps");
    });
  }
}
