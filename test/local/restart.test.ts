import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../local/index.ts";
import {
  api,
  lambda,
  queue,
  schedule,
  table,
  type WrittenAssembly,
  writeAssembly,
} from "./fixtures/assembly.ts";
import { dynamo } from "./fixtures/clients.ts";

let assembly: WrittenAssembly;
let data: string;

beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), "restart-"));
  assembly = writeAssembly({
    Notes: table({ TableName: "notes" }),
    Work: queue(),
    Echo: lambda("echo"),
    Sweeper: lambda("sweeper", { Environment: { Variables: { TABLE: { Ref: "Notes" } } } }),
    ...schedule("Sweeper"),
    ...api({ $default: "Echo" }),
  });
});

afterAll(() => {
  assembly.remove();
  rmSync(data, { recursive: true, force: true });
});

const start = (options = {}) => startCloud({ assembly: assembly.directory, data, ...options });

async function pages(cloud: Cloud): Promise<unknown> {
  const { body } = await dynamo(cloud.aws, "notes")("Query", {
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: "pages" } },
  });
  return body.Count;
}

test("what was accepted before a restart is there after it, and all of it is queued again", async () => {
  const first = await start();
  const Item = { pk: { S: "kept" }, sk: { S: "x" } };
  await dynamo(first.aws, "notes")("PutItem", { Item });
  expect(await pages(first)).toBe(0);
  await first.stop();

  const second = await start();
  const { body } = await dynamo(second.aws, "notes")("GetItem", { Key: Item });
  expect(body.Item).toEqual(Item);
  expect(await pages(second)).toBe(3);
  await second.stop();
});

test("two clouds do not share a data directory", async () => {
  const cloud = await start();
  await expect(start()).rejects.toThrow(/in use by process \d+.*--data/);
  await cloud.stop();
});

test("the lock of a process that has ended is taken over", async () => {
  const ended = spawn(process.execPath, ["-e", ""]);
  await once(ended, "exit");
  writeFileSync(join(data, "lock"), JSON.stringify({ pid: ended.pid, started: "" }));
  const cloud = await start();
  expect(JSON.parse(readFileSync(join(data, "lock"), "utf8"))).toMatchObject({ pid: process.pid });
  await cloud.stop();
});

test("a port that is taken is told, and nothing is left running", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await expect(start({ port })).rejects.toThrow(/is taken.*--port/);
  server.close();
  const cloud = await start();
  await cloud.stop();
});

test("a cloud that is killed leaves no process behind, not even a looping one", async () => {
  const script = fileURLToPath(new URL("./fixtures/cloudProcess.ts", import.meta.url));
  const parent = spawn(process.execPath, [script, assembly.directory, data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
  const { pid, dynamoPid } = JSON.parse(line) as { pid: number; dynamoPid: number };
  expect([pid, dynamoPid].map(isAlive)).toEqual([true, true]);

  parent.kill("SIGKILL");
  await expect.poll(() => [pid, dynamoPid].map(isAlive), { timeout: 5000 }).toEqual([false, false]);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
