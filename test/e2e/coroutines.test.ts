/**
 * Tasks that await, in processes that are killed while they do.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FutureHandle, task } from "../../client/index.ts";
import { type Deployment, deploy } from "./support/deployment.ts";

const TASKS = fileURLToPath(new URL("./support/coroutineTasks.ts", import.meta.url));
const SLOTS = 4;
const SUSPENDED = 50;

let it: Deployment;
let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "forerun-coroutines-"));
  it = await deploy({ tasks: TASKS, slots: SLOTS, leaseSeconds: 3 });
});
afterAll(async () => {
  await it?.stop();
  rmSync(directory, { recursive: true, force: true });
});

const world = (name: string) => join(directory, name);
const done = (file: string) => readFileSync(file, "utf8").split("\n").slice(0, -1);

const workers = () => it.cloud.functions.processes("Worker");
const busy = () => workers().filter(({ state }) => state === "busy");

/** Once nothing runs, kills all processes of the workers. */
async function killIdleWorkers(): Promise<void> {
  await expect.poll(busy, { timeout: 60_000 }).toEqual([]);
  const killed = workers().map(({ pid }) => pid);
  for (const pid of killed) it.cloud.functions.kill(pid);
  await expect
    .poll(() => workers().filter(({ pid }) => killed.includes(pid)), { timeout: 30_000 })
    .toEqual([]);
}

/** It waits for its call of that number, which is stored. */
async function suspendedAt(handle: FutureHandle, call: number): Promise<void> {
  const awaited = it.forerun.future(`${handle.id}.${call}`);
  const known = () => awaited.state().catch(() => undefined);
  await expect.poll(known, { timeout: 90_000 }).toBe("pending");
  await expect.poll(() => handle.state(), { timeout: 30_000 }).toBe("suspended");
}

test("a suspended task goes on in another process, and does its steps once", async () => {
  const file = world("journey");
  const handle = await it.forerun.submit("journey", { file });
  await suspendedAt(handle, 5);
  await killIdleWorkers();
  await it.forerun.promiseOf(`${handle.id}.5`).settle("yes");

  const receipt = `${handle.id}.4`;
  expect(await handle.result()).toEqual({
    doubled: [10, 12],
    receipt,
    answer: "yes",
    again: 14,
  });
  expect(done(file)).toEqual([`charged ${receipt}`]);
});

test("a cancellation reaches what is awaited, and finally runs to its end before the task does", async () => {
  const file = world("careful");
  const handle = await it.forerun.submit("careful", { file });
  await suspendedAt(handle, 0);
  expect(await handle.cancel()).toBe(true);
  await expect(handle.result()).rejects.toMatchObject({ name: "CancelledError" });
  expect(await handle.state()).toBe("cancelled");
  expect(await it.forerun.future(`${handle.id}.0`).state()).toBe("cancelled");
  expect(done(file)).toEqual(["undone 8"]);
});

test("suspended tasks hold no slot and no process, and are woken together", async () => {
  const gate = await it.forerun.promise<string>();
  const values = Array.from({ length: SUSPENDED }, (_, value) => value);
  const gather = await it.forerun.gather(
    values.map((value) => task("patient", { gate: gate.id, value })),
  );
  const states = async () => {
    const all = await Promise.all(gather.members.map((each) => each.state()));
    return new Set(all);
  };
  await expect.poll(states, { timeout: 120_000, interval: 500 }).toEqual(new Set(["suspended"]));
  // More of them than slots: if they held any, nothing else could run.
  expect(await it.forerun.submit("double", 1).result()).toBe(2);
  await killIdleWorkers();
  await gate.settle("open");
  expect(await gather.result()).toEqual(values.map((value) => `open ${value}`));
});

test("their policies allow all of it", () => {
  expect(it.cloud.policies.denials()).toEqual([]);
});
