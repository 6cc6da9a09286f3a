/**
 * The command line of `npm start` and `forerun start`.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";

export interface Flags {
  port: number;
  slots: number;
  data: string;
  demo: boolean;
  once: boolean;
  /** The user's tasks file; without it the example's. */
  tasks?: string;
  verbose: boolean;
  auth: boolean;
}

/** Ends the process with a message if a flag is wrong, or after `--help`. */
export function readFlags(name: string, argv: readonly string[]): Flags {
  const command = new Command(name)
    .description("Synthesizes the stack, runs it on this machine, and shows a demo.")
    .option("--port <number>", "port of the HTTP API; 0 for any", whole("port", 0, 65_535), 4000)
    .option("--slots <number>", "worker slots", whole("slots", 2, 1000), 4)
    .option("--data <directory>", "where the table and the logs are kept", ".forerun")
    .option("--tasks <file>", "file with your tasks (default: the example's)", file)
    .option("--no-demo", "only serve")
    .option("--once", "end after the demo, with its exit code", false)
    .option("--auth", "ask callers for signatures or tokens, as the routes say", false)
    .option("--verbose", "show the functions' output", false)
    .allowExcessArguments(false)
    .showHelpAfterError("(--help lists the flags)")
    .parse(argv, { from: "user" });
  const flags = command.opts<Flags>();
  // The demo is played with the example's tasks.
  if (flags.tasks !== undefined && !flags.once) flags.demo = false;
  if (flags.once && !flags.demo) {
    command.error("error: --once ends after the demo; it makes no sense with --no-demo.");
  }
  if (flags.once && flags.auth) {
    command.error("error: --once ends after the demo, which --auth leaves out.");
  }
  return flags;
}

function whole(name: string, low: number, high: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`--${name} takes a whole number from ${low} to ${high}.`);
  };
}

function file(text: string): string {
  const path = resolve(text);
  if (existsSync(path)) return path;
  throw new InvalidArgumentError(`There is no file ${path}.`);
}
