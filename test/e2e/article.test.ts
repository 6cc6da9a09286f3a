/**
 * The programs that introductions to asyncio begin with, on a whole deployment.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { task } from "../../client/index.ts";
import { type Deployment, deploy } from "./support/deployment.ts";

let it: Deployment;
beforeAll(async () => {
  it = await deploy();
});
afterAll(() => it.stop());

const nap = (value: unknown, milliseconds: number) => task("sleep", { milliseconds, value });

test("gather gives results in argument order, whatever finished first", async () => {
  const result = await it.forerun.gather([nap("a", 600), nap("b", 10), nap("c", 200)]).result();
  expect(result).toEqual(["a", "b", "c"]);
});

test("gather runs its members at the same time", async () => {
  const gather = await it.forerun.gather([nap(1, 1000), nap(2, 1000), nap(3, 1000)]);
  await gather.result();
  const members = await Promise.all(gather.members.map((member) => member.get()));
  const starts = members.map((each) => Date.parse(each.startedAt ?? ""));
  const ends = members.map((each) => Date.parse(each.settledAt ?? ""));
  expect(Math.max(...starts)).toBeLessThan(Math.min(...ends));
});

test("the first failure settles a gather and leaves its siblings running", async () => {
  const sibling = await it.forerun.submit("sleep", { milliseconds: 1500, value: "done" });
  const failing = await it.forerun.submit("fail", { name: "KeyError", message: "no" });
  const gather = await it.forerun.gather([sibling, failing]);
  await expect(gather.result()).rejects.toMatchObject({ name: "KeyError", message: "no" });
  expect(await sibling.done()).toBe(false);
  expect(await sibling.result()).toBe("done");
});

test("with returnExceptions errors stand in the list", async () => {
  const calls = [nap(1, 10), task("fail", { name: "ValueError", message: "bad" }), nap(3, 10)];
  const [a, b, c] = await it.forerun.gather(calls, { returnExceptions: true }).result();
  expect([a, c]).toEqual([1, 3]);
  expect(b).toBeInstanceOf(Error);
  expect(b).toMatchObject({ name: "ValueError", message: "bad" });
});

test("wait gives done and pending", async () => {
  const [slow, quick] = await it.forerun.submitBatch([nap("slow", 2000), nap("quick", 10)]);
  const waiting = await it.forerun.wait([slow, quick], { returnWhen: "FIRST_COMPLETED" });
  const { done, pending } = await waiting.result();
  expect(done.map((each) => each.id)).toEqual([quick.id]);
  expect(pending.map((each) => each.id)).toEqual([slow.id]);
  await slow.result();
});

test("a wait over futures that have settled finds all of them done", async () => {
  const handles = await it.forerun.submitBatch([nap(1, 1), nap(2, 1), nap(3, 1)]);
  await Promise.all(handles.map((each) => each.result()));
  const { done, pending } = await it.forerun.wait(handles).result();
  expect([done.length, pending.length]).toEqual([3, 0]);
});

test("a wait gives up at its timeout and cancels nothing", async () => {
  const promise = await it.forerun.promise();
  const { done, pending } = await it.forerun.wait([promise], { timeoutSeconds: 1 }).result();
  expect([done.length, pending.length]).toEqual([0, 1]);
  await promise.settle("late");
  expect(await promise.result()).toBe("late");
});

test("promise 5: urgent tasks overtake a backlog", async () => {
  const backlog = await it.forerun.submitBatch(
    Array.from({ length: 60 }, (_, value) => task("sleep", { milliseconds: 50, value }, LOW)),
  );
  const urgent = await it.forerun.submitBatch(
    Array.from({ length: 4 }, (_, value) => task("sleep", { milliseconds: 10, value }, URGENT)),
  );
  const settled = await Promise.all(urgent.map(async (each) => (await settle(each)).get()));
  const bulk = await Promise.all(backlog.map(async (each) => (await settle(each)).get()));
  const lastUrgent = Math.max(...settled.map((each) => Date.parse(each.startedAt ?? "")));
  const later = bulk.filter((each) => Date.parse(each.startedAt ?? "") > lastUrgent);
  // Four slots hold four of the backlog when the urgent ones come; a few more start meanwhile.
  expect(later.length).toBeGreaterThan(30);
});

test("gathers nest", async () => {
  const inner = await it.forerun.gather([nap(1, 10), nap(2, 10)]);
  const outer = await it.forerun.gather([inner, nap(3, 10)]);
  expect(await outer.result()).toEqual([[1, 2], 3]);
});

test("cancel settles what is pending and stops what runs", async () => {
  const delayed = await it.forerun.submit("echo", { value: 1 }, { delaySeconds: 600 });
  expect(await delayed.cancel()).toBe(true);
  expect(await delayed.cancel()).toBe(false);
  await expect(delayed.result()).rejects.toMatchObject({ name: "CancelledError" });

  const running = await it.forerun.submit("untilCancelled");
  await expect.poll(() => running.state(), { timeout: 5000 }).toBe("running");
  expect(await running.cancel()).toBe(true);
  await expect(running.result()).rejects.toMatchObject({ name: "CancelledError" });
});

test("a timer fires with its result", async () => {
  expect(await it.forerun.sleep(1, "rang")).toBe("rang");
});

test("a pending task can be moved", async () => {
  const handle = await it.forerun.submit("echo", { value: 1 }, { priority: 9, delaySeconds: 2 });
  const moved = await handle.move(0);
  expect(moved).toMatchObject({ priority: 0, band: "critical" });
  expect(await handle.result()).toBe(1);
});

const LOW = { priority: 10 };
const URGENT = { priority: 1 };

async function settle<H extends { exception(): Promise<unknown> }>(handle: H): Promise<H> {
  await handle.exception();
  return handle;
}
