/**
 * Starts a function's process as the embedded cloud does, to see how long that takes.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { SandboxMessage } from "../local/lambda/protocol.ts";
import type { FunctionSpec } from "../local/template/readFunction.ts";

export interface Start {
  /** Milliseconds from fork to ready. */
  ready: number;
  /** Milliseconds of processor time until then, of all its threads; only Linux tells. */
  cpu: number;
}

export async function startOnce(
  spec: FunctionSpec,
  bootstrap: string,
  environment: Record<string, string>,
): Promise<Start> {
  const begun = performance.now();
  const child = fork(bootstrap, [], {
    cwd: spec.directory,
    env: { ...environment, AWS_SESSION_TOKEN: "bench" },
    execArgv: [`--max-old-space-size=${spec.memoryMegabytes}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const [message] = (await Promise.race([
    once(child, "message"),
    exited.then(([code]) => {
      throw new Error(`the ${spec.label} function ended with ${code} before it was ready`);
    }),
  ])) as [SandboxMessage];
  const ready = performance.now() - begun;
  const cpu = processorTime(child.pid ?? 0);
  if (message.kind !== "ready") throw new Error(`the ${spec.label} function: ${message.kind}`);
  child.kill("SIGKILL");
  await exited;
  return { ready, cpu };
}

function processorTime(pid: number): number {
  if (process.platform !== "linux") return Number.NaN;
  const directory = `/proc/${pid}/task`;
  return readdirSync(directory).reduce(
    (all, thread) => all + ofThread(`${directory}/${thread}`),
    0,
  );
}

function ofThread(directory: string): number {
  try {
    // Its first number is nanoseconds on a processor.
    return Number(readFileSync(`${directory}/schedstat`, "utf8").split(" ")[0]) / 1e6;
  } catch {
    return 0; // the thread has just ended
  }
}
