/**
 * What ran when, from the futures' own times.
 */
import type { Future } from "../../client/index.ts";
import { style } from "./narrate.ts";

/** A task that has run; times in milliseconds since the epoch. */
export interface Run {
  band: string;
  createdAt: number;
  startedAt: number;
  settledAt: number;
}

export function toRun({ band = "", createdAt, startedAt, settledAt }: Future): Run {
  const at = (time: string | undefined) => Date.parse(time ?? createdAt);
  return {
    band,
    createdAt: at(createdAt),
    startedAt: at(startedAt),
    settledAt: at(settledAt),
  };
}

/** Prints a row for each stretch in which tasks of one band started. */
export function printTimeline(runs: readonly Run[]): void {
  const inOrder = runs.toSorted((a, b) => a.startedAt - b.startedAt);
  const origin = Math.min(...runs.map((run) => run.createdAt));
  const rows = stretches(inOrder).map((stretch) => [
    stretch[0]?.band ?? "",
    String(stretch.length),
    range(stretch.map((run) => run.startedAt - origin)),
    range(stretch.map((run) => run.settledAt - run.startedAt)),
    range(stretch.map((run) => run.startedAt - run.createdAt)),
  ]);
  const header = ["band", "tasks", "started at", "ran for", "waited"];
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: string[]) =>
    cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ");
  console.log(`  ${style("underline", line(header))}`);
  for (const row of rows) {
    const text = line(row);
    console.log(`  ${row[0] === "low" ? text : style(["bold", "yellow"], text)}`);
  }
  console.log();
}

function stretches(inOrder: readonly Run[]): Run[][] {
  const all: Run[][] = [];
  for (const run of inOrder) {
    const last = all.at(-1);
    if (last?.[0]?.band === run.band) last.push(run);
    else all.push([run]);
  }
  return all;
}

/** The smallest and the largest, in seconds. */
function range(milliseconds: readonly number[]): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  const [least, most] = [Math.min(...milliseconds), Math.max(...milliseconds)].map(seconds);
  return least === most ? `${least} s` : `${least} – ${most} s`;
}
