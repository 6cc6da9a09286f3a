import { expect, it, vi } from "vitest";
import {
  CancelledError,
  type Fetch,
  Forerun,
  NotFoundError,
  TimeoutError,
  task,
} from "../../client/index.ts";
import { QUICK, useFakeServer } from "./setup.ts";

const fixture = useFakeServer();

const holds = () => fixture.server.calls.filter((call) => call.method === "GET");

/** Waits until the server has seen so many reads. */
async function untilHolds(count: number): Promise<void> {
  await expect.poll(() => holds().length, { timeout: 5000 }).toBeGreaterThanOrEqual(count);
}

it("many awaited futures share a few held requests", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(Array.from({ length: 300 }, () => task("later")));
  const results = Promise.all(handles.map((handle) => handle.result()));
  await untilHolds(3);
  expect(holds().map((call) => call.query.get("ids")?.split(",").length)).toEqual([100, 100, 100]);
  for (const [index, handle] of handles.entries()) {
    server.futures.settle(handle.id, { result: index });
  }
  expect(await results).toEqual([...handles.keys()]);
  expect(holds().length).toBeLessThan(20);
  expect(server.mostHolding).toBeLessThanOrEqual(4);
});

it("ten thousand awaited futures do not cost a request each", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(Array.from({ length: 10_000 }, () => task("later")));
  const results = Promise.all(handles.map((handle) => handle.result()));
  await untilHolds(8);
  for (const handle of handles) server.futures.settle(handle.id, { result: null });
  await results;
  expect(holds().length).toBeLessThan(200);
});

it("futures that settle one after another do not cost a request each", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(Array.from({ length: 500 }, () => task("later")));
  const results = Promise.all(handles.map((handle) => handle.result()));
  await untilHolds(4);
  const left = handles.values();
  const settling = setInterval(() => {
    const next = left.next().value;
    if (next) server.futures.settle(next.id, { result: null });
  }, 2);
  await results;
  clearInterval(settling);
  expect(holds().length).toBeLessThan(100);
  expect(server.mostHolding).toBe(4);
});

it("a newcomer does not wait for the end of others' holds", async () => {
  const { forerun, server } = fixture;
  const slow = [];
  for (let i = 0; i < 6; i++) {
    const before = holds().length;
    const handle = await forerun.submit("later");
    slow.push(handle.result());
    if (i < 4) await untilHolds(before + 1);
  }
  const newcomer = await forerun.submit("later");
  const result = newcomer.result();
  server.futures.settle(newcomer.id, { result: "soon" });
  const begun = performance.now();
  expect(await result).toBe("soon");
  expect(performance.now() - begun).toBeLessThan(1500);
  expect(server.mostHolding).toBeLessThanOrEqual(5); // the server learns of a given-up hold late
  await fixture.server.stop();
  await Promise.allSettled(slow);
});

it("one unknown future does not spoil the others that are awaited with it", async () => {
  const { forerun } = fixture;
  const handles = await forerun.submitBatch(
    Array.from({ length: 9 }, (_, value) => task<number>("echo", { value })),
  );
  const fresh = handles.map((handle) => forerun.future(handle.id).result());
  const unknown = forerun.future("nowhere").result();
  await expect(unknown).rejects.toBeInstanceOf(NotFoundError);
  expect(await Promise.all(fresh)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

it("an abort stops the awaiting and gives up the held request", async () => {
  const { forerun, server } = fixture;
  const handle = await forerun.submit("later");
  const abort = new AbortController();
  const result = handle.result({ signal: abort.signal });
  await expect.poll(() => server.holding).toBe(1);
  abort.abort(new Error("enough"));
  await expect(result).rejects.toThrow("enough");
  await expect.poll(() => server.holding).toBe(0);
  await expect(handle.result({ signal: abort.signal })).rejects.toThrow("enough");
});

it("an abort leaves others that await the same future alone", async () => {
  const { forerun, server } = fixture;
  const handle = await forerun.submit("later");
  const abort = new AbortController();
  const one = handle.result({ signal: abort.signal });
  const other = forerun.future(handle.id).result();
  await expect.poll(() => server.holding).toBe(1);
  abort.abort();
  await expect(one).rejects.toThrow("abort");
  server.futures.settle(handle.id, { result: "here" });
  expect(await other).toBe("here");
});

it("the time of an await is over without an end to the future", async () => {
  const { forerun, server } = fixture;
  const handle = await forerun.submit("later");
  const error = await handle.result({ timeoutSeconds: 0.05 }).catch((e) => e);
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error).toMatchObject({ futureId: handle.id });
  expect(await handle.done()).toBe(false);
  server.futures.settle(handle.id, { result: 1 });
  expect(await handle.result({ timeoutSeconds: 1e9 })).toBe(1);
});

it("a server that goes away fails everything that is awaited, soon", async () => {
  const { endpoint, server } = fixture;
  let requests = 0;
  const counting: Fetch = (url, init) => {
    requests++;
    return fetch(url, init);
  };
  const forerun = new Forerun({ endpoint, retry: QUICK, fetch: counting });
  const handles = await forerun.submitBatch(Array.from({ length: 2000 }, () => task("later")));
  const results = handles.map((handle) => handle.result());
  const settled = Promise.allSettled(results);
  await untilHolds(4);
  requests = 0;
  await server.stop();
  const reasons = (await settled).map((each) => each.status === "rejected" && each.reason.name);
  expect(new Set(reasons)).toEqual(new Set(["ConnectionError"]));
  expect(requests).toBeLessThanOrEqual(4 * 5);
});

it("a server too busy to hold is not asked again before it said", async () => {
  vi.useFakeTimers();
  try {
    const times: number[] = [];
    const fetch = async () => {
      times.push(Date.now());
      const busy = { headers: { "retry-after": "4" } };
      return times.length < 3
        ? Response.json({ id: "x", state: "pending" }, busy)
        : Response.json({ id: "x", state: "succeeded", result: 1 });
    };
    const result = new Forerun({ endpoint: "http://fake", fetch }).future("x").result();
    await vi.runAllTimersAsync();
    expect(await result).toBe(1);
    const [first = 0, second = 0, third = 0] = times;
    expect(second - first).toBeGreaterThanOrEqual(4000);
    expect(third - second).toBeGreaterThanOrEqual(4000);
  } finally {
    vi.useRealTimers();
  }
});

it("what has settled is not asked for again", async () => {
  const handle = await fixture.forerun.submit("echo", { value: 5 });
  expect(await handle.result()).toBe(5);
  expect(await handle.done()).toBe(true);
  expect(await handle.cancelled()).toBe(false);
  expect(holds()).toHaveLength(0);
});

it("exception() gives the error, nothing, or throws the cancellation, as in asyncio", async () => {
  const { forerun } = fixture;
  const failed = await forerun.submit("fail", { name: "Oops", message: "no" });
  expect(await failed.exception()).toMatchObject({ name: "Oops" });
  const fine = await forerun.submit("echo", { value: 1 });
  expect(await fine.exception()).toBeUndefined();
  const cancelled = await forerun.submit("later");
  expect(await cancelled.cancel()).toBe(true);
  expect(await cancelled.cancelled()).toBe(true);
  await expect(cancelled.exception()).rejects.toBeInstanceOf(CancelledError);
  await expect(cancelled.result()).rejects.toBeInstanceOf(CancelledError);
});
