/**
 * Handlers that behave badly: each future ends in a clear state, and no lease is lost for it.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Deployment, deploy } from "./support/deployment.ts";

/** Shorter than what the handlers block for. */
const LEASE_SECONDS = 3;

let it: Deployment;
beforeAll(async () => {
  it = await deploy({ leaseSeconds: LEASE_SECONDS });
});
afterAll(() => it.stop());

async function outcome(name: string, input?: unknown) {
  const handle = await it.forerun.submit(name, input);
  const error = await handle.exception();
  const { state, attempts } = await handle.get();
  return { state, attempts, name: error?.name, message: error?.message };
}

test("a handler that throws a string has failed with it", async () => {
  expect(await outcome("throwsString")).toEqual({
    state: "failed",
    attempts: 1,
    name: "Error",
    message: "just a string",
  });
});

test.each(["returnsBigInt", "returnsCycle"])(
  "a result that cannot be serialised is an error that no retry mends (%s)",
  async (name) => {
    const seen = await outcome(name);
    expect(seen).toMatchObject({ state: "failed", attempts: 1, name: "UnserializableResultError" });
    expect(seen.message).toMatch(/is no JSON/);
  },
);

test("a handler that never returns ends at its timeout, and its slot is free again", async () => {
  const seen = await outcome("neverReturns");
  expect(seen).toMatchObject({ state: "failed", attempts: 1, name: "TimeoutError" });
  expect(seen.message).toBe("The attempt took longer than 2 s.");
});

test("promise 3: a handler that blocks the event loop for longer than a lease keeps it", async () => {
  const handle = await it.forerun.submit("blocks", { milliseconds: (LEASE_SECONDS + 5) * 1000 });
  expect(await handle.result()).toBe("awake again");
  expect((await handle.get()).attempts).toBe(1);
});

test("a handler that blocks for ever ends at its timeout", async () => {
  const seen = await outcome("blocksForEver");
  expect(seen).toMatchObject({ state: "failed", attempts: 1, name: "TimeoutError" });
});

test("promise 7: a handler that fails twice runs a third time", async () => {
  const handle = await it.forerun.submit("flaky", { until: 3 });
  expect(await handle.result()).toBe(3);
  expect((await handle.get()).attempts).toBe(3);
});

test("after all that, every slot still works", async () => {
  const calls = Array.from({ length: 8 }, (_, value) => ({ task: "echo", input: { value } }));
  expect(await it.forerun.gather(calls).result()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
