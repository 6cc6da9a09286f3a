/**
 * `forerun bands`
 */
import type { Command } from "commander";
import { resolveOptions } from "../../client/options.ts";
import { Transport } from "../../client/transport.ts";
import { clientOptions, type DeploymentOptions, withDeployment } from "../deployment.ts";
import type { Terminal } from "../terminal.ts";

type Row = Record<string, unknown>;

export function bands(program: Command, to: Terminal): void {
  withDeployment(program.command("bands"))
    .description("show what waits in each band")
    .action(async (options: DeploymentOptions) => {
      const transport = new Transport(resolveOptions(clientOptions(options)));
      const { value } = await transport.call<{ bands: Row[] }>("GET", "/bands");
      const lines = options.json ? [JSON.stringify(value)] : table(value.bands);
      for (const line of lines) to.out(line);
    });
}

/** Columns as wide as their widest cell. */
function table(rows: readonly Row[]): string[] {
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
