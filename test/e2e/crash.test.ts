/**
 * Processes that are killed: a worker in the middle of a task, and the whole cloud.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Forerun, task } from "../../client/index.ts";
import { startCloud } from "../../local/index.ts";
import { type Deployment, deploy } from "./support/deployment.ts";

const LEASE_SECONDS = 3;
/** The message of a task returns this long after its lease, clocks and margins included. */
const MARGIN_SECONDS = 12;

let it: Deployment;
beforeAll(async () => {
  it = await deploy({ leaseSeconds: LEASE_SECONDS, slots: 2 });
});
afterAll(() => it.stop());

test("promises 1 and 3: a killed worker's task runs again soon after its lease, and its gather completes", async () => {
  const gather = await it.forerun.gather([
    task("sleep", { milliseconds: 4000, value: "survived" }),
    task("echo", { value: "beside" }),
  ]);
  const [long, beside] = gather.members;
  if (!long || !beside) throw new Error("The gather has no members.");
  await beside.result();
  await expect.poll(() => long.state(), { timeout: 10_000 }).toBe("running");
  // The other's process is busy for a moment after its result can be read.
  const busy = () => it.cloud.functions.processes("Worker").filter((each) => each.state === "busy");
  await expect.poll(busy, { timeout: 10_000 }).toHaveLength(1);
  const killed = busy();
  const killedAt = Date.now();
  for (const { pid } of killed) it.cloud.functions.kill(pid);

  expect(await gather.result()).toEqual(["survived", "beside"]);
  const { attempts, startedAt = "" } = await long.get();
  expect(attempts).toBe(2);
  const seconds = (Date.parse(startedAt) - killedAt) / 1000;
  expect(seconds).toBeLessThan(LEASE_SECONDS + MARGIN_SECONDS);
});

test("promise 1: the whole cloud is killed and started again, and every accepted task settles", async () => {
  const directory = mkdtempSync(join(tmpdir(), "forerun-crash-"));
  const data = join(directory, "data");
  const script = fileURLToPath(new URL("./support/cloudProcess.ts", import.meta.url));
  const child = spawn(process.execPath, [script, data], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { endpoint, assembly } = JSON.parse(line) as { endpoint: string; assembly: string };
  const before = new Forerun({ endpoint });
  const gather = await before.gather(
    Array.from({ length: 40 }, (_, value) => task("sleep", { milliseconds: 200, value })),
  );
  const promise = await before.promise();
  const waiting = await before.wait([promise]);
  const first = gather.members[0];
  if (!first) throw new Error("The gather has no members.");
  await first.result();
  child.kill("SIGKILL");
  await once(child, "exit");

  const cloud = await startCloud({ assembly, data });
  try {
    const after = new Forerun({ endpoint: cloud.endpoint });
    const result = await after.future<number[]>(gather.id).result();
    expect(result).toEqual(Array.from({ length: 40 }, (_, value) => value));
    await after.promiseOf(promise.id).settle("outside");
    const { done } = await after.future<{ done: string[] }>(waiting.id).result();
    expect(done).toEqual([promise.id]);
  } finally {
    await cloud.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});
