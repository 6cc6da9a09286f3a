/**
 * Runs one command line.
 */
import { CommanderError } from "commander";
import { ForerunError } from "../core/errors.ts";
import { Failure } from "./failure.ts";
import { createProgram } from "./program.ts";
import { type Terminal, terminal } from "./terminal.ts";

/**
 * Exit codes: 0 it was done; 1 it could not be done, or the awaited future has not succeeded; 2 the
 * command line is wrong.
 */
export async function run(argv: readonly string[], to: Terminal = terminal): Promise<number> {
  try {
    await createProgram(to).parseAsync(argv, { from: "user" });
    return 0;
  } catch (error) {
    // Commander has said it already, and its own code for "help was shown" is 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    to.err(messageOf(error));
    return error instanceof Failure ? error.exitCode : 1;
  }
}

/** Errors that say what to do need no stack; AWS's have a name that says more than the message. */
function messageOf(error: unknown): string {
  if (error instanceof Failure) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ForerunError || "$metadata" in error) {
    return `${error.name}: ${error.message}`;
  }
  return error.stack ?? error.message;
}
