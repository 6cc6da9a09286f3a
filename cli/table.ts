/**
 * Rows as a table of text.
 */

export type Row = Record<string, unknown>;

/** Lines: a head, and a line for each row; columns are as wide as their widest cell. */
export function table(rows: readonly Row[]): string[] {
  const names = [...new Set(rows.flatMap(Object.keys))];
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? "")))];
  const widths = names.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
