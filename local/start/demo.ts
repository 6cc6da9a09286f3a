/**
 * Runs the demo against the embedded cloud, in a process of its own as any caller would be.
 */
import { spawn } from "node:child_process";
import { moduleFile } from "../../infra/moduleFile.ts";

const DEMO = moduleFile("../../examples/demo", import.meta.url);

/**
 * @param slots worker slots, so that the demo knows what can run at the same time
 * @returns its exit code
 */
export function runDemo(endpoint: string, slots: number): Promise<number> {
  const child = spawn(process.execPath, [DEMO], {
    stdio: "inherit",
    env: { ...process.env, FORERUN_URL: endpoint, FORERUN_SLOTS: String(slots) },
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
