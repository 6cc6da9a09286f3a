/**
 * `forerun dead-letters list`, `forerun dead-letters redrive`
 */
import type { Command } from "commander";
import type { DeadEntry, DeadList, Redriven } from "../../core/usecases/deadLetters.ts";
import { Failure } from "../failure.ts";
import { INTERRUPTED, onInterrupt } from "../interrupt.ts";
import { positive } from "../parse.ts";
import { type SweeperOptions, sweeper, withSweeper } from "../sweeper.ts";
import { type Row, table } from "../table.ts";
import type { Terminal } from "../terminal.ts";

interface Options extends SweeperOptions {
  band?: string;
  pool?: string;
}

export function deadLetters(program: Command, to: Terminal): void {
  const command = program
    .command("dead-letters")
    .description("messages that SQS gave up: why, and what their futures say");
  filtered(command.command("list"))
    .description("list them, and leave them where they are")
    .option("--limit <number>", "letters at the most (default: 1000)", positive)
    .action((options: Options & { limit?: number }) => list(to, options));
  filtered(command.command("redrive"))
    .description("see to what their futures owe, then delete them; what cannot be read stays")
    .action((options: Options) => redrive(to, options));
}

function filtered(command: Command): Command {
  return withSweeper(command)
    .option("--band <name>", "only those of this band's queues (default: all queues)")
    .option("--pool <name>", "only those of this worker pool's queues")
    .option("--json", "print JSON only");
}

async function list(to: Terminal, options: Options & { limit?: number }): Promise<void> {
  const { limit } = options;
  const invoke = await sweeper(options);
  const asked = { ...filterOf(options), ...(limit === undefined ? {} : { limit }) };
  const found = (await invoke({ deadLetters: asked })) as DeadList;
  if (options.json) return to.out(JSON.stringify(found));
  if (found.letters.length === 0) return to.out("There are no dead letters.");
  for (const line of table(found.letters.map((each) => rowOf(each, Date.now())))) to.out(line);
  if (found.more) to.err("There may be more: a higher --limit, --band or --pool shows them.");
}

function rowOf({ queue, pool = "", id = "", state, ...rest }: DeadEntry, now: number): Row {
  const { sentAt, receives, why, text } = rest;
  const said = text === undefined ? why : `${why} It says: ${text}`;
  return {
    queue,
    pool,
    age: ageOf(now - sentAt),
    received: receives,
    future: id,
    state,
    why: said,
  };
}

function ageOf(milliseconds: number): string {
  const minutes = Math.max(0, Math.round(milliseconds / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 1440 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}

async function redrive(to: Terminal, options: Options): Promise<void> {
  const invoke = await sweeper(options);
  using interrupt = onInterrupt((line) => to.err(line));
  let redriven = 0;
  let unreadable = 0;
  let more = true;
  for (let page = 1; more && !interrupt.asked; page++) {
    const answer = await invoke({ redrive: filterOf(options) });
    const done = answer as Redriven & { more: boolean };
    redriven += done.redriven;
    // Those of the page before are met again.
    unreadable = done.unreadable;
    // Nothing but what cannot be read: it would be met for ever.
    more = done.more && done.redriven > 0;
    to.err(`page ${page}: ${redriven} letters seen to so far`);
  }
  const left = unreadable > 0 ? `; ${unreadable} cannot be read and stay` : "";
  to.out(
    options.json
      ? JSON.stringify({ redriven, unreadable, more })
      : `Saw to the futures of ${redriven} letters${left}.`,
  );
  if (more) throw new Failure("Interrupted: there may be more.", INTERRUPTED);
}

function filterOf({ band, pool }: Options): { band?: string; pool?: string } {
  return { ...(band === undefined ? {} : { band }), ...(pool === undefined ? {} : { pool }) };
}
