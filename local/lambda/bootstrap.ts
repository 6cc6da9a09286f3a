/**
 * Runs inside a function's process: loads the handler and answers invocations, one at a time.
 * Bundled at the start of the embedded cloud; nothing of it may reach the function's own code.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FunctionFailure, InvokeMessage, SandboxMessage } from "./protocol.ts";

type Handler = (event: unknown, context: object) => unknown;

/** Lambda's limit of an answer, in bytes. */
const LIMIT = 6 * 1024 * 1024;

const environment = process.env as Record<string, string>;

// The embedded cloud has ended, or gave this process up; exit handlers have nothing to say in it.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));

const tell = (message: SandboxMessage) => process.send?.(message);

try {
  const handler = await loadHandler();
  process.on("message", (message: InvokeMessage) => void answer(handler, message));
  tell({ kind: "ready" });
} catch (error) {
  console.error(error);
  process.send?.({ kind: "unloadable", failure: failureOf(error) }, () => process.exit(1));
}

async function loadHandler(): Promise<Handler> {
  const root = environment.LAMBDA_TASK_ROOT ?? ".";
  const [file = "", name = ""] = (environment._HANDLER ?? "").split(/\.(?=[^.]+$)/);
  const path = [".js", ".mjs", ".cjs"].map((end) => join(root, file + end)).find(existsSync);
  if (!path) throw named("Runtime.ImportModuleError", `Cannot find module '${file}' in ${root}`);
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const handler = module[name];
  if (typeof handler !== "function") {
    throw named("Runtime.HandlerNotFound", `${environment._HANDLER} is undefined or not exported`);
  }
  return handler as Handler;
}

async function answer(handler: Handler, message: InvokeMessage): Promise<void> {
  environment._X_AMZN_TRACE_ID = newTrace();
  try {
    const payload = JSON.stringify((await handler(message.event, contextOf(message))) ?? null);
    const size = Buffer.byteLength(payload);
    if (size > LIMIT) {
      const text = `Response payload size exceeded maximum allowed payload size (${LIMIT} bytes).`;
      throw named("Function.ResponseSizeTooLarge", text);
    }
    tell({ kind: "result", payload });
  } catch (error) {
    console.error("Invoke Error", error);
    tell({ kind: "failure", failure: failureOf(error) });
  }
}

/** A trace of this invocation, as Lambda gives one: here none is sampled, since nobody collects. */
function newTrace(): string {
  const begun = Math.floor(Date.now() / 1000).toString(16);
  const [root, parent] = [randomBytes(12), randomBytes(8)].map((each) => each.toString("hex"));
  return `Root=1-${begun}-${root};Parent=${parent};Sampled=0`;
}

function contextOf({ requestId, clientContext, deadline, arn }: InvokeMessage): object {
  return {
    awsRequestId: requestId,
    clientContext,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: environment.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: arn,
    memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: environment.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: environment.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function failureOf(error: unknown): FunctionFailure {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = (error.stack ?? "").split("\n");
  return { errorType: error.name, errorMessage: error.message, trace };
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}
