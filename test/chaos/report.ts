/**
 * What a run is given and what it tells.
 */
import type { Trend } from "./memory.ts";
import { type Leftovers, messagesOf } from "./verdict.ts";

export interface ChaosOptions {
  minutes: number;
  tasks: number;
  seed: number;
  /** Worker slots. */
  slots: number;
  /** Milliseconds between two kills, on average. */
  killEvery: number;
  /** How often the whole cloud is killed. */
  restarts: number;
  /** Seconds after the last fault within which everything accepted settles. */
  settleWithin: number;
  /** Seconds after that within which the queues empty; 0: whatever is hidden or delayed may stay. */
  emptyWithin: number;
  /** Ends the load; what was accepted is judged. */
  enough: AbortSignal;
  /** Ends all; what is not judged by then never is. */
  abort: AbortSignal;
  onProgress(line: string): void;
}

export interface ChaosReport {
  seed: number;
  seconds: number;
  /** Submitted, whether or not the caller heard that they were accepted. */
  tasks: number;
  /** Futures of all kinds that were accepted. */
  accepted: number;
  /** How they ended. */
  states: Record<string, number>;
  /** Readings of settled futures, all compared. */
  reads: number;
  /** Killed processes by function; `cloud` for the whole. */
  kills: Record<string, number>;
  storms: number;
  faults: Record<string, number>;
  /** Seconds from the last fault until all had settled, and until the queues were empty. */
  drain: { settled: number; empty?: number };
  /** Messages in the end. */
  leftovers?: Leftovers;
  violations: string[];
  /** The histories of the futures concerned, by id. */
  timelines: Record<string, string[]>;
  trends: Trend[];
  /** Accepted futures that were never judged, because the run was broken off. */
  unjudged: number;
}

/** Violations that are shown; --json has all of them. */
const MAX_LINES = 50;

export function newReport(seed: number): ChaosReport {
  return {
    ...{ seed, seconds: 0, tasks: 0, accepted: 0, states: {}, reads: 0 },
    ...{ kills: {}, storms: 0, faults: {}, drain: { settled: 0 } },
    ...{ violations: [], timelines: {}, trends: [], unjudged: 0 },
  };
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, each) => all + each, 0);
}

/** `worker 12, api 3` */
export function listed(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).filter(([, count]) => count > 0);
  return parts.map(([name, count]) => `${name} ${count}`).join(", ") || "none";
}

export function describe(report: ChaosReport): string {
  const { kills, faults, drain, leftovers, violations, timelines, trends } = report;
  const left = leftovers ? messagesOf(leftovers) : {};
  const lines = [
    `${report.tasks} tasks, ${report.accepted} futures accepted: ${listed(report.states)}`,
    `${sum(kills)} kills: ${listed(kills)}`,
    `${sum(faults)} faults, ${report.storms} storms: ${listed(faults)}`,
    `${report.reads} readings of settled futures compared`,
    `after the last fault: settled in ${drain.settled.toFixed(1)} s, ` +
      (drain.empty === undefined
        ? `messages left that nobody can see yet: ${listed(left)}`
        : `queues empty in ${drain.empty.toFixed(1)} s`),
    "",
    "memory and handles of the longest life (a minute's trend):",
    ...trends.map(
      ({ what, first, last, most, perMinute, grows }) =>
        `  ${what.padEnd(22)} ${first.toFixed(1).padStart(8)} → ${last.toFixed(1).padStart(8)}` +
        `  at most ${most.toFixed(1).padStart(8)}  ${perMinute >= 0 ? "+" : ""}${perMinute.toFixed(2)}/min` +
        (grows ? "  GROWS" : ""),
    ),
    "",
    ...Object.entries(timelines).flatMap(([id, lines]) => [`${id}:`, ...lines, ""]),
    ...violations.slice(0, MAX_LINES).map((each) => `VIOLATION: ${each}`),
    ...(report.unjudged > 0 ? [`${report.unjudged} accepted futures were not judged`] : []),
    violations.length === 0
      ? `no violation, seed ${report.seed}, ${report.seconds} s`
      : `${violations.length} violations, seed ${report.seed}, ${report.seconds} s`,
  ];
  return lines.join("\n");
}
