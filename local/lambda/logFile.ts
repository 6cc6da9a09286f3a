/**
 * Where a function's output goes: a file of its own, which outlives its processes.
 */
import type { ChildProcess } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";

export interface LogFile {
  /** For `stdio`: the file itself, or a pipe if the output is also shown. */
  target: number | "pipe";
  follow(child: ChildProcess): void;
  close(): void;
}

/** @param show gets each line as well; without it, processes write to the file by themselves */
export function openLogFile(path: string, show: ((line: string) => void) | undefined): LogFile {
  const file = openSync(path, "a");
  let open = true;
  return {
    target: show ? "pipe" : file,
    follow(child) {
      for (const stream of [child.stdout, child.stderr]) {
        if (!stream || !show) continue;
        createInterface({ input: stream }).on("line", (line) => {
          if (open) writeSync(file, `${line}\n`);
          show(line);
        });
      }
    },
    close() {
      open = false;
      closeSync(file);
    },
  };
}
