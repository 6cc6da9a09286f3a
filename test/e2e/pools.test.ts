/**
 * Pools of workers, and slots that only urgent work may fill.
 */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { task } from "../../client/index.ts";
import { total } from "../../local/index.ts";
import { type Deployment, deploy } from "./support/deployment.ts";

const TASKS = fileURLToPath(new URL("./support/poolTasks.ts", import.meta.url));

/** Names of the permit queues, dead-letter queues apart: CDK adds a hash of eight digits. */
const permitQueues = () =>
  it.cloud.queues.names().filter((name) => /Permits[0-9A-F]{8}$/.test(name));

let it: Deployment;
beforeAll(async () => {
  it = await deploy({
    tasks: TASKS,
    slots: 2,
    reserved: { critical: 2 },
    pools: { heavy: { slots: 2, environment: { MODEL: "large" } } },
  });
});
afterAll(() => it.stop());

test("a task runs in the pool that it names, with that pool's environment, and no other does", async () => {
  const results = await it.forerun.gather([task("heavy"), task("light"), task("heavy")]).result();
  const heavy = { pool: "heavy", model: "large" };
  expect(results).toEqual([heavy, { pool: "default", model: null }, heavy]);
});

test("urgent work need not wait for long tasks that hold all slots", async () => {
  const nap = (milliseconds: number, priority: number) =>
    task("sleep", { milliseconds }, { priority });
  const bulk = await it.forerun.submitBatch([nap(8000, 9), nap(8000, 9), nap(1, 9)]);
  const [first, second, waiting] = bulk;
  const running = async () => (await second?.get())?.state;
  await expect.poll(running, { timeout: 30_000 }).toBe("running");
  const urgent = await it.forerun.submit("sleep", { milliseconds: 1 }, { priority: 0 });
  await urgent.result();
  const ended = async (handle: typeof urgent | undefined) =>
    Date.parse((await handle?.get())?.settledAt ?? "");
  const urgentEnd = await ended(urgent);
  await Promise.all(bulk.map((each) => each.result()));
  expect(urgentEnd).toBeLessThan(await ended(first));
  expect(urgentEnd).toBeLessThan(await ended(second));
  // Less urgent work may not use the slots that are kept.
  expect(await ended(waiting)).toBeGreaterThan(Math.min(await ended(first), await ended(second)));
});

test("permits that find their task served are put away: nothing is polled for ever", async () => {
  await it.forerun
    .gather(Array.from({ length: 20 }, () => task("light", null, { priority: 0 })))
    .result();
  const permits = permitQueues();
  expect(permits).toHaveLength(3);
  for (const name of permits) {
    await expect
      .poll(() => it.cloud.queues.depth(name), { timeout: 30_000 })
      .toEqual({ ready: 0, inFlight: 0, delayed: 0 });
  }
  expect(total(it.cloud.requests.snapshot(), { operation: "SendMessage" }).errors).toBe(0);
});
