/**
 * What was seen, in words.
 */
import { coverage, type Result, type Seen, type SeenSite } from "./campaign.ts";
import { namePromise, type Violation } from "./history.ts";
import type { Outcome } from "./simulate.ts";

export function describeProgress(seen: Seen, wanted: number): string {
  const { seeds, violations } = seen;
  return `${seeds} of ${wanted} seeds, ${rate(seen)} seeds/s, ${violations.length} violations`;
}

export function describeResult(result: Result, allPoints: boolean): string {
  const { from, seeds, seconds, tasks, futures, interrupted } = result;
  const each = (count: number) => (seeds === 0 ? 0 : Math.round(count / seeds));
  const { all, covered } = coverage(result.sites);
  return [
    `${interrupted ? "interrupted after " : ""}${seeds} seeds from ${from} in ${seconds.toFixed(1)} s: ${rate(result)} seeds/s`,
    `of ${each(tasks)} tasks, ${each(futures)} futures in all, each on average`,
    "",
    "faults injected:",
    ...Object.entries(result.faults).map(([kind, count]) => `  ${kind.padEnd(24)}${count}`),
    "",
    `crash points covered: ${covered} of ${all}`,
    `seeds that were told one, and reached it: ${result.directed.reached}, with deaths in ${result.directed.died}`,
    ...describeSites(result.sites, allPoints),
    "",
    ...describeViolations(result.violations),
    `${seeds} seeds, ${result.violations.length} violations`,
  ].join("\n");
}

/** Places with how often processes died before and after their call. */
function describeSites(sites: readonly SeenSite[], all: boolean): string[] {
  return sites
    .filter(({ before, after }) => all || before === 0 || after === 0)
    .map(({ place, method, before, after }) => {
      const count = (what: string, number: number) => `${what} ${number || "NEVER"}`;
      const counts = `${count("before", before)}, ${count("after", after)}`;
      return `  ${place.padEnd(42)}${method.padEnd(22)}${counts}`;
    });
}

function describeViolations(violations: readonly (Violation & { seed: number })[]): string[] {
  return violations.map((each) => `seed ${each.seed}: ${describeViolation(each)}`);
}

function describeViolation({ promise, id, what }: Violation): string {
  return `${namePromise(promise)}: ${id}: ${what}`;
}

/**
 * One run: what was violated, and what happened to the futures concerned.
 * @param ids further futures that someone asks for
 */
export function describeReplay(outcome: Outcome, ids: readonly string[]): string {
  const { seed, tasks, futures, violations, history } = outcome;
  const concerned = new Set([...violations.map(({ id }) => id), ...ids]);
  const hint =
    concerned.size === 0 ? ["nothing was violated; name futures with --future to see them"] : [];
  return [
    `seed ${seed}: ${tasks} tasks, ${futures} futures in all, ${violations.length} violations`,
    ...violations.map(describeViolation),
    ...hint,
    "",
    ...history.timeline(concerned),
  ].join("\n");
}

function rate({ seeds, seconds }: Seen): string {
  return seconds === 0 ? "0" : (seeds / seconds).toFixed(1);
}
