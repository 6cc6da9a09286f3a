/**
 * Starts a function's process as the embedded cloud does, to see how long that takes.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import type { InvokeMessage, SandboxMessage } from "../local/lambda/protocol.ts";
import type { FunctionSpec } from "../local/template/readFunction.ts";

export interface Start {
  /** Milliseconds from fork to ready. */
  ready: number;
  /** Milliseconds of its first call, the answer included. */
  first: number;
  /** Milliseconds of processor time of all its threads until ready; only Linux tells. */
  readyCpu: number;
  /** The same, until its first answer. */
  cpu: number;
}

export async function startOnce(
  spec: FunctionSpec,
  bootstrap: string,
  environment: Record<string, string>,
  event: unknown,
): Promise<Start> {
  const begun = performance.now();
  const child = fork(bootstrap, [], {
    cwd: spec.directory,
    env: { ...environment, AWS_SESSION_TOKEN: "bench" },
    execArgv: [`--max-old-space-size=${spec.memoryMegabytes}`],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const ended = exited.then(([code]): never => {
    throw new Error(`the ${spec.label} function ended with ${code} before its first answer`);
  });
  await Promise.race([heard(child, "ready"), ended]);
  const ready = performance.now() - begun;
  const readyCpu = processorTime(child.pid ?? 0);
  const called = performance.now();
  const deadline = Date.now() + spec.timeoutSeconds * 1000;
  child.send({ requestId: "bench", event, deadline, arn: spec.arn } satisfies InvokeMessage);
  await Promise.race([heard(child, "result"), ended]);
  const first = performance.now() - called;
  const cpu = processorTime(child.pid ?? 0);
  ended.catch(() => {});
  child.kill("SIGKILL");
  await exited;
  return { ready, readyCpu, first, cpu };
}

async function heard(child: ChildProcess, kind: SandboxMessage["kind"]): Promise<void> {
  const [message] = (await once(child, "message")) as [SandboxMessage];
  const failed = message.kind === "result" && /"statusCode":5/.test(message.payload);
  if (message.kind === kind && !failed) return;
  throw new Error(`not ${kind} but ${JSON.stringify(message)}`);
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
