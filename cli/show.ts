/**
 * A future, as people and programs read it.
 */
import type { Future } from "../core/wire.ts";
import type { Terminal } from "./terminal.ts";

/** As one line of JSON, or as a line for each thing that is known. */
export function showFuture(to: Terminal, future: Future, asJson: boolean): void {
  if (asJson) {
    to.out(JSON.stringify(future));
    return;
  }
  const { result, error, ...rest } = future;
  for (const [name, value] of Object.entries(rest)) to.out(line(name, String(value)));
  if (error) to.out(line("error", `${error.name}: ${error.message}`));
  if ("result" in future) to.out(line("result", JSON.stringify(result)));
}

const WIDTH = 11;

function line(name: string, value: string): string {
  return `${name.padEnd(WIDTH)}${value}`;
}
