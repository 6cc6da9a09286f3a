import { expect, it, vi } from "vitest";
import {
  BusyError,
  ConnectionError,
  Forerun,
  InvalidStateError,
  RequestError,
  task,
} from "../../client/index.ts";
import type { Fault } from "./fakeServer.ts";
import { QUICK, useFakeServer } from "./setup.ts";

const fixture = useFakeServer();

/** The first call to such a path goes wrong. */
function failFirst(path: string, fault: Fault, times = 1): void {
  let left = times;
  fixture.server.fault = (call) => {
    if (!call.path.endsWith(path) || left === 0) return undefined;
    left--;
    return fault;
  };
}

it.each(["request", "answer"] as const)(
  "a lost %s submits one task, under one id",
  async (lost) => {
    failFirst("/tasks", { lose: lost }, 2);
    const handle = await fixture.forerun.submit("echo", { value: 1 });
    const ids = fixture.server.callsTo("POST", "/tasks").map((call) => call.body.id);
    expect(ids).toEqual([handle.id, handle.id, handle.id]);
    expect(fixture.server.futures.size).toBe(1);
  },
);

it("a lost answer to a batch, a gather, a timer or a promise makes each of them once", async () => {
  const { forerun, server } = fixture;
  failFirst("/batch", { lose: "answer" });
  const batch = await forerun.submitBatch([task("echo", { value: 1 }), task("echo", { value: 2 })]);
  failFirst("/batch", { lose: "answer" });
  await forerun.gather([task("echo", { value: 3 })]);
  failFirst("/aggregates", { lose: "answer" });
  await forerun.gather(batch);
  failFirst("/timers", { lose: "answer" });
  await forerun.timer(1);
  failFirst("/promises", { lose: "answer" });
  await forerun.promise();
  expect(server.futures.size).toBe(2 + 2 + 1 + 1 + 1);
});

it("a settle refused because of its own first request has succeeded", async () => {
  const promise = await fixture.forerun.promise<{ a: number; b: number }>();
  failFirst("/settle", { lose: "answer" });
  await promise.settle({ b: 2, a: 1 });
  expect(await promise.result()).toEqual({ a: 1, b: 2 });
});

it("a rejection refused because of its own first request has succeeded", async () => {
  const promise = await fixture.forerun.promise();
  failFirst("/settle", { lose: "answer" });
  await promise.reject(new RangeError("too much"));
  expect(await promise.exception()).toMatchObject({ name: "RangeError", message: "too much" });
});

it("a settle repeated after someone else's is refused", async () => {
  const promise = await fixture.forerun.promise<number>();
  fixture.server.futures.settle(promise.id, { result: 1 });
  failFirst("/settle", { lose: "answer" });
  await expect(promise.settle(2)).rejects.toBeInstanceOf(InvalidStateError);
});

it("a second settle with the same value is refused if no answer was lost", async () => {
  const promise = await fixture.forerun.promise<number>();
  await promise.settle(1);
  await expect(promise.settle(1)).rejects.toThrow("It has settled already.");
});

it("a cancel whose first answer was lost is not taken for a refused one", async () => {
  const handle = await fixture.forerun.submit("never");
  failFirst("/cancel", { lose: "answer" });
  expect(await handle.cancel()).toBe(true);
  expect(await handle.cancel()).toBe(false);
});

it("a request that is wrong is not repeated", async () => {
  await expect(fixture.forerun.submit("unknown")).rejects.toMatchObject({
    name: "BadRequestError",
    status: 422,
    errors: [{ field: "task", message: 'no task is named "unknown"' }],
    message: 'task: no task is named "unknown"',
  });
  expect(fixture.server.calls).toHaveLength(1);
});

it("a server that stays broken is given up after five requests", async () => {
  failFirst("/tasks", { status: 500, body: '{"message":"Internal Server Error"}' }, 100);
  const error = await fixture.forerun.submit("echo", { value: 1 }).catch((e) => e);
  expect(error).toBeInstanceOf(RequestError);
  expect(error).toMatchObject({ status: 500, attempts: 5 });
  expect(error.message).toContain("POST /tasks was answered 500");
  expect(fixture.server.calls).toHaveLength(5);
});

it("a server that never answers is given up after the time for one request", async () => {
  const { endpoint } = fixture;
  const retry = { ...QUICK, maxAttempts: 2 };
  const hang = vi.fn(
    (_url: string, init: RequestInit) =>
      new Promise<Response>((_, reject) => {
        init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      }),
  );
  const forerun = new Forerun({ endpoint, retry, timeoutSeconds: 0.01, fetch: hang });
  await expect(forerun.submit("echo", { value: 1 })).rejects.toBeInstanceOf(ConnectionError);
  expect(hang).toHaveBeenCalledTimes(2);
});

it("no connection says which endpoint, why, and how to start one", async () => {
  const forerun = new Forerun({ endpoint: "http://127.0.0.1:1/", retry: QUICK });
  const error = await forerun.submit("echo", { value: 1 }).catch((e) => e);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error.message).toContain("No answer from http://127.0.0.1:1: ");
  expect(error.message).toContain("(5 tries)");
  expect(error.message).toContain("npm start");
});

it("Retry-After is waited for, in seconds or as a date, and never cut short", async () => {
  vi.useFakeTimers();
  try {
    const soon = new Date(Date.now() + 7000).toUTCString();
    const answers = [
      new Response("", { status: 429, headers: { "retry-after": "3" } }),
      new Response("", { status: 503, headers: { "retry-after": soon } }),
      Response.json({ id: "x", state: "pending" }),
    ];
    const times: number[] = [];
    const start = Date.now();
    const fetch = async () => {
      times.push(Date.now() - start);
      return answers.shift() as Response;
    };
    const forerun = new Forerun({ endpoint: "http://fake", retry: { baseSeconds: 0 }, fetch });
    const submitted = forerun.submit("echo", { value: 1 });
    await vi.runAllTimersAsync();
    await submitted;
    expect(times[1]).toBeGreaterThanOrEqual(3000);
    expect(times[2]).toBeGreaterThanOrEqual(6000); // dates have whole seconds
    expect(times[2]).toBeLessThan(8000);
  } finally {
    vi.useRealTimers();
  }
});

const FULL = {
  status: 429,
  headers: { "retry-after": "0", "content-type": "application/problem+json" },
  body: JSON.stringify({
    ...{ type: "about:blank", title: "Too Many Requests", status: 429, band: "low", limit: 100 },
    detail: 'The band "low" holds about 100 waiting tasks, of at most 100.',
  }),
};

it("a full band is tried again until it has room", async () => {
  failFirst("/tasks", FULL, 3);
  await fixture.forerun.submit("echo", { value: 1 });
  expect(fixture.server.callsTo("POST", "/tasks")).toHaveLength(4);
});

it("a band that stays full ends in an error that names it, its limit and what was tried", async () => {
  failFirst("/tasks", FULL, 100);
  const error = await fixture.forerun.submit("echo", { value: 1 }).catch((each) => each);
  expect(error).toBeInstanceOf(BusyError);
  expect(error).toMatchObject({ status: 429, attempts: 5, band: "low", limit: 100 });
  expect(error.message).toMatch(/POST \/tasks found no room after 5 tries in 0 s\. The band "low"/);
  expect(error.message).toContain("deadlineSeconds");
});

it("a pause that would outlast the deadline is not begun", async () => {
  const { endpoint, server } = fixture;
  const retry = { ...QUICK, maxAttempts: 1000, deadlineSeconds: 30 };
  const forerun = new Forerun({ endpoint, retry });
  failFirst("/tasks", { ...FULL, headers: { "retry-after": "31" } }, 1);
  const error = await forerun.submit("echo", { value: 1 }).catch((each) => each);
  expect(error).toMatchObject({ name: "BusyError", attempts: 1, retryAfterSeconds: 31 });
  expect(server.calls).toHaveLength(1);
});

it("a throttle of the gateway's, which sends no problem document, is told as well", async () => {
  failFirst("/tasks", { status: 429, body: '{"message":"Too Many Requests"}' }, 100);
  const error = await fixture.forerun.submit("echo", { value: 1 }).catch((each) => each);
  expect(error).toMatchObject({ name: "BusyError", attempts: 5 });
  expect(error.message).toContain("no more requests at this rate");
});

it("awaiting outlasts a server that is too busy for longer than five requests", async () => {
  const handle = await fixture.forerun.submit("later");
  failFirst(`/futures/${handle.id}`, { status: 503 }, 12);
  const result = handle.result();
  fixture.server.futures.settle(handle.id, { result: "at last" });
  expect(await result).toBe("at last");
});

it("another server at the endpoint is told from a future that does not exist", async () => {
  failFirst("/tasks", { status: 200, body: "<html>" });
  await expect(fixture.forerun.submit("echo")).rejects.toThrow("something else than JSON");
  failFirst("/tasks", { status: 404, body: '{"message":"Not Found"}' });
  await expect(fixture.forerun.submit("echo")).rejects.toThrow(
    `is ${fixture.endpoint} the endpoint of a Forerun deployment?`,
  );
});
