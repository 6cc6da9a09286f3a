/**
 * More than the slots can do: what was accepted waits, nothing is dropped, and one tenant or band
 * that floods does not starve the others (promises 1 and 9).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { BusyError, Forerun, type FutureHandle, task } from "../../client/index.ts";
import { total } from "../../local/index.ts";
import { type Deployment, deploy } from "./support/deployment.ts";

const SLOTS = 4;
const LIMIT = 40;

let it: Deployment;
beforeAll(async () => {
  it = await deploy({ slots: SLOTS, limits: { waiting: { low: LIMIT } } });
});
afterAll(() => it.stop());

const nap = (tenant: string, priority: number) =>
  task("sleep", { milliseconds: 40, value: tenant }, { tenant, priority });
const times = <T>(count: number, make: () => T) => Array.from({ length: count }, make);
const results = (handles: readonly FutureHandle[]) =>
  Promise.all(handles.map((each) => each.result()));

test("promise 9: a flood leaves other tenants their turn, and bands below their share", async () => {
  // All of it waits before any of it begins, however long the submitting takes.
  const { bands } = it.forerun;
  for (const band of ["high", "low"]) await bands.pause(band);
  const flood = await it.forerun.submitBatch(times(300, () => nap("a", 3)));
  const same = await it.forerun.submitBatch(times(5, () => nap("b", 3)));
  const below = await it.forerun.submitBatch(times(2, () => nap("c", 9)));
  for (const band of ["high", "low"]) await bands.resume(band);
  const left = async () => (await bands.list()).find(({ name }) => name === "high")?.ready;
  await results(same);
  // Without fairness all of the flood would have begun before.
  expect(await left()).toBeGreaterThan(150);
  await results(below);
  expect(await left()).toBeGreaterThan(0);
  expect(await results(flood)).toEqual(times(300, () => "a"));
});

test("promise 1: beyond a limit the API sheds; what it accepted waits and is done", async () => {
  const impatient = new Forerun({ endpoint: it.cloud.endpoint, retry: { maxAttempts: 1 } });
  // A count is five seconds old at most; the first batch makes a fresh one.
  const accepted: FutureHandle[] = [];
  const refused: unknown[] = [];
  for (let batch = 0; batch < 12; batch++) {
    const calls = times(10, () => nap("a", 9));
    const handles = await impatient.submitBatch(calls).catch((error: unknown) => error);
    if (Array.isArray(handles)) accepted.push(...handles);
    else refused.push(handles);
  }
  expect(refused.length).toBeGreaterThan(0);
  for (const error of refused) {
    expect(error).toBeInstanceOf(BusyError);
    expect(error).toMatchObject({ status: 429, band: "low", limit: LIMIT, retryAfterSeconds: 5 });
  }
  // The SDK comes again when it was told to, and finds room then.
  const patient = await it.forerun.submitBatch(times(10, () => nap("b", 9)));
  const done = await results([...accepted, ...patient]);
  expect(done).toHaveLength(accepted.length + 10);
  expect(await it.forerun.submit("echo", { value: "other bands" }).result()).toBe("other bands");
});

test("counting costs no request of each submission", () => {
  const asked = (operation: string) =>
    it.cloud.requests
      .snapshot()
      .entries.filter((each) => each.caller.includes("Api") && each.operation === operation);
  const sum = (operation: string) => total({ at: 0, entries: asked(operation) }).requests;
  expect(sum("GetQueueAttributes")).toBeLessThan(sum("PutItem") / 4);
});
