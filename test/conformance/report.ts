/**
 * Verdicts as people read them.
 */
import type { Verdict } from "./judge.ts";

/** A scenario that differs, both outcomes side by side. */
export function describeFailure({ id, differences, late, replays }: Verdict): string {
  const rows = differences.map(({ what, expected, actual }) => [
    what,
    text(expected),
    text(actual),
  ]);
  const again = replays === 0 ? "" : `, in ${replays + 1} plays`;
  const busy = late.length === 0 ? [] : [`  the machine was too busy: ${describeLateness(late)}`];
  return [`✗ ${id}${again}`, ...columns([["", "asyncio", "forerun"], ...rows]), ...busy].join("\n");
}

/** Why a scenario is played again. */
export function describeReplay({ id, late }: Verdict): string {
  return `↻ ${id} differed while the machine was late (${describeLateness(late)}): replays alone`;
}

/** The last line. */
export function describeTotals(verdicts: readonly Verdict[]): string {
  const failed = verdicts.filter(({ differences }) => differences.length > 0).length;
  return `${verdicts.length - failed} passed, ${failed} failed`;
}

/** Delays that are named; a busy machine has many. */
const MOST_NAMED = 3;

function describeLateness(late: Verdict["late"]): string {
  const named = late.slice(0, MOST_NAMED).map(([what, ticks]) => `${what} by ${ticks.toFixed(2)}`);
  const more = late.length - named.length;
  return `in ticks, ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function text(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

function columns(rows: readonly string[][]): string[] {
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}
