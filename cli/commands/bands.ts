/**
 * `forerun bands`, `forerun bands pause BAND`, `forerun bands resume BAND`
 */
import type { Command } from "commander";
import type { BandView } from "../../client/index.ts";
import { connect, type DeploymentOptions, withDeployment } from "../deployment.ts";
import { type SweeperOptions, sweeper, withSweeper } from "../sweeper.ts";
import { type Row, table } from "../table.ts";
import type { Terminal } from "../terminal.ts";

type Options = DeploymentOptions & SweeperOptions & { pool?: string };

export function bands(program: Command, to: Terminal): void {
  const command = withDeployment(program.command("bands"))
    .description("show what waits in each band; pause and resume them")
    .action(async (options: DeploymentOptions) => {
      const found = await connect(options).bands.list();
      const rows = found.map((each): Row => ({ ...each }));
      const lines = options.json ? [JSON.stringify({ bands: found })] : table(rows);
      for (const line of lines) to.out(line);
    });
  add(command, to, "pause", "pause a band: what is submitted waits, what runs ends");
  add(command, to, "resume", "resume a band: what waits begins");
}

/** By the API, or with --stack by the sweeper function, as where callers are bound to tenants. */
function add(parent: Command, to: Terminal, what: "pause" | "resume", does: string): void {
  withSweeper(parent.command(what))
    .description(does)
    .argument("<band>", "its name, as `forerun bands` shows it")
    .option("--pool <name>", "only in this worker pool (default: in all)")
    .action(async (band: string, _: unknown, self: Command) => {
      // Options that the parent has as well are its own, wherever they stand.
      const options = self.optsWithGlobals<Options>();
      const { pool, json } = options;
      const answer = isDirect(options)
        ? await (await sweeper(options))({ [what]: { band, ...(pool ? { pool } : {}) } })
        : await connect(options).bands[what](band, { pool });
      to.out(json ? JSON.stringify(answer) : `${said(what, band, pool)}${waiting(answer)}.`);
    });
}

function isDirect({ stack, function: name }: Options): boolean {
  return stack !== undefined || name !== undefined;
}

function said(what: "pause" | "resume", band: string, pool: string | undefined): string {
  const where = pool === undefined ? "" : ` in the pool ${pool}`;
  return `The band ${band} is ${what === "pause" ? "paused" : "resumed"}${where}`;
}

/** The sweeper does not count what waits. */
function waiting(answer: unknown): string {
  const { ready } = (answer ?? {}) as Partial<BandView>;
  return ready === undefined ? "" : `; about ${ready} tasks are ready in it`;
}
