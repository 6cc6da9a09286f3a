/**
 * How the demo speaks.
 */
import { styleText } from "node:util";

/** Colours only where they are wanted: on a terminal, and not with NO_COLOR. */
export function style(format: Parameters<typeof styleText>[0], text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

/** Thrown when the demo's own claim does not hold. */
export class ClaimError extends Error {
  override name = "ClaimError";
}

export function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new ClaimError(otherwise);
}

export function title(text: string): void {
  console.log(`\n${style("bold", text)}\n`);
}

export function say(text: string): void {
  console.log(`  ${style("green", "→")} ${text}`);
}

/** Shows the very function that is about to run. */
export function showCode(program: (...args: never[]) => unknown): void {
  // Where Node has taken types away, blanks are left behind.
  showLines(String(program).replace(/(\S) {2,}(?=[(),])/g, "$1"));
}

export function showLines(code: string): void {
  const lines = code.split("\n").map((line) => `  ${style("dim", line)}`);
  console.log(`${lines.join("\n")}\n`);
}
