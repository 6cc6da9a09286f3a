/**
 * DynamoDB by dynoxide: a program of its own that keeps the tables in a file.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { LocalCloudError, messageOf } from "../errors.ts";
import type { Reaper } from "../process/reaper.ts";

/** Where DynamoDB is served, and how to end that. */
export interface DynamoServer {
  endpoint: URL;
  /** Process id, if it was started here. */
  pid: number | undefined;
  stop(): Promise<void>;
}

/** For platforms that dynoxide does not serve, e.g. DynamoDB Local in a container. */
const ENDPOINT_VARIABLE = "FORERUN_DYNAMODB_ENDPOINT";

const START_MILLISECONDS = 10_000;

/**
 * Starts dynoxide on a file, unless the environment names another DynamoDB.
 * @throws LocalCloudError if it is not there for this platform, or does not start
 */
export async function startDynamo(
  file: string,
  reaper: Reaper,
  log: (line: string) => void,
): Promise<DynamoServer> {
  const other = process.env[ENDPOINT_VARIABLE];
  if (other) return { endpoint: await reach(other), pid: undefined, stop: async () => {} };
  const port = await freePort();
  const child = spawn(
    findBinary(),
    ["--host", "127.0.0.1", "--port", String(port), "--db-path", file],
    // A session of its own: Ctrl-C in a terminal is for this process, which then ends that one.
    { stdio: ["ignore", "ignore", "pipe"], detached: true },
  );
  reaper.watch(child);
  let stopping = false;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await listening(child, file);
  void ended.then(() => {
    if (!stopping) log("dynoxide ended by itself; every call to DynamoDB fails from now on.");
  });
  return {
    endpoint: new URL(`http://127.0.0.1:${port}`),
    pid: child.pid,
    async stop() {
      stopping = true;
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), 1000);
      await ended;
      clearTimeout(force);
    },
  };
}

async function reach(text: string): Promise<URL> {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new LocalCloudError(
      `${ENDPOINT_VARIABLE} is "${text}"; give a URL such as http://127.0.0.1:8000.`,
    );
  }
  try {
    await fetch(url); // whatever it answers, it is there
  } catch (cause) {
    throw new LocalCloudError(
      `${ENDPOINT_VARIABLE} is ${text}, but nothing answers there: ${messageOf(cause)}.`,
      { cause },
    );
  }
  return url;
}

function findBinary(): string {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  try {
    const { resolve } = createRequire(import.meta.url);
    const binary = resolve(`${name}/package.json`).replace(/package\.json$/, "dynoxide");
    if (existsSync(binary)) return binary;
  } catch {
    // Not installed: told below.
  }
  throw new LocalCloudError(
    `DynamoDB's emulator ${name} is not installed. Run npm install (it is an optional ` +
      `dependency, for Linux on x64); on another platform, set ${ENDPOINT_VARIABLE} to a ` +
      "DynamoDB that listens on this machine, e.g. http://127.0.0.1:8000 for DynamoDB Local.",
  );
}

/** Dynoxide cannot choose a port by itself (it takes 0, and does not tell which it got). */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}

/** Waits for the line in which it says that it listens. */
function listening(child: ChildProcess, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    const fail = (how: string) =>
      reject(
        new LocalCloudError(`dynoxide ${how} on ${file}: ${said.trim() || "it said nothing"}`),
      );
    const timer = setTimeout(() => fail("did not listen in time"), START_MILLISECONDS);
    child.stderr?.on("data", (chunk: Buffer) => {
      said = (said + chunk).slice(-2000);
      if (!said.includes("listening on")) return;
      clearTimeout(timer);
      resolve();
    });
    child.once("error", (error) => fail(`could not be started (${error.message})`));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${code ?? signal}`);
    });
  });
}
