/**
 * Runs a command line in this process and keeps what it prints.
 */
import { run } from "../../cli/run.ts";

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export async function runCli(...argv: string[]): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(argv, {
    out: (line) => void out.push(line),
    err: (line) => void err.push(line),
  });
  return { code, out: out.join("\n"), err: err.join("\n") };
}
