/**
 * Starts a function's process as the embedded cloud does, to see how long that takes.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { SandboxMessage } from "../local/lambda/protocol.ts";
import type { FunctionSpec } from "../local/template/readFunction.ts";

/** @returns milliseconds from fork to ready */
export async function startOnce(
  spec: FunctionSpec,
  bootstrap: string,
  environment: Record<string, string>,
): Promise<number> {
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
  const milliseconds = performance.now() - begun;
  if (message.kind !== "ready") throw new Error(`the ${spec.label} function: ${message.kind}`);
  child.kill("SIGKILL");
  await exited;
  return milliseconds;
}
