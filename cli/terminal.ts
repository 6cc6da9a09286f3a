/**
 * Where a command prints to; tests read it.
 */
export interface Terminal {
  /** A line of the answer: text, or JSON with `--json`. */
  out(line: string): void;
  /** A line about the work: progress and errors. */
  err(line: string): void;
}

export const terminal: Terminal = {
  out: (line) => console.log(line),
  err: (line) => console.error(line),
};
