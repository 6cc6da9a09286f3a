import { expect, it } from "vitest";
import {
  BadRequestError,
  ConflictError,
  type Fetch,
  Forerun,
  NotFoundError,
  type TaskCall,
  task,
} from "../../client/index.ts";
import { useFakeServer } from "./setup.ts";

const fixture = useFakeServer();

const echoes = (count: number) =>
  Array.from({ length: count }, (_, value) => task<number>("echo", { value }));

const paths = () => fixture.server.calls.map((call) => call.path.replace(/\/[\w-]{36}\//, "/ID/"));

/** The pages of members as they were sent: where each began and how many it had. */
const pages = () =>
  fixture.server.calls
    .filter((call) => call.path.endsWith("/members"))
    .map(({ body }) => [body.start, ((body.tasks ?? body.of) as unknown[]).length])
    .sort(([a = 0], [b = 0]) => Number(a) - Number(b));

it.each(["gather", "taskGroup"] as const)(
  "a %s of 1,000 tasks is one request, and of 1,001 is opened, filled and sealed",
  async (policy) => {
    const { forerun, server } = fixture;
    const small = await forerun[policy](echoes(1000));
    expect(paths()).toEqual(["/tasks/batch"]);
    expect(await small.result()).toHaveLength(1000);
    server.calls.length = 0;
    const large = await forerun[policy](echoes(1001));
    expect(paths()[0]).toBe("/aggregates/open");
    expect(server.calls[0]?.body).toMatchObject({ policy, id: large.id, members: "tasks" });
    expect(pages()).toEqual([
      [0, 1000],
      [1000, 1],
    ]);
    expect(paths().at(-1)).toBe("/futures/ID/seal");
    expect(server.calls.at(-1)?.body).toEqual({ size: 1001 });
    expect(large.members.at(-1)?.id).toBe(`${large.id}.1000`);
    expect(await large.result()).toEqual(Array.from({ length: 1001 }, (_, value) => value));
  },
);

it("few tasks that do not fit one body are born in pages", async () => {
  const value = "x".repeat(2_000_000);
  const gather = await fixture.forerun.gather([1, 2, 3].map(() => task("echo", { value })));
  expect(pages()).toEqual([
    [0, 2],
    [2, 1],
  ]);
  expect(await gather.result()).toEqual([value, value, value]);
});

it("a task too large for any request is named before anything is sent", async () => {
  const calls = [task("echo"), task("echo", { value: "x".repeat(5_000_000) })];
  await expect(fixture.forerun.gather(calls)).rejects.toMatchObject({
    errors: [{ field: "tasks[1]", message: expect.stringContaining("5,0") }],
  });
  expect(fixture.server.calls).toHaveLength(0);
});

it("1,000 futures are named in one request, and 1,001 in pages of a thousand", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(echoes(2001));
  server.calls.length = 0;
  await forerun.asCompleted(handles.slice(0, 1000));
  expect(paths()).toEqual(["/aggregates"]);
  await forerun.wait(handles, { returnWhen: "FIRST_COMPLETED", timeoutSeconds: 60 });
  expect(server.calls[1]?.body).toMatchObject({
    policy: "wait",
    members: "futures",
    returnWhen: "FIRST_COMPLETED",
    timeoutSeconds: 60,
  });
  expect(pages()).toEqual([
    [0, 1000],
    [1000, 1000],
    [2000, 1],
  ]);
});

it("tasks with ids of their own and handles among tasks are submitted, then named", async () => {
  const { forerun } = fixture;
  const handle = await forerun.submit<number>("echo", { value: -1 });
  const named = task<number>("echo", { value: -2 }, { id: "named" });
  const gather = await forerun.gather([handle, named, ...echoes(1000)]);
  expect(pages()).toEqual([
    [0, 1000],
    [1000, 2],
  ]);
  expect((await gather.result()).slice(0, 4)).toEqual([-1, -2, 0, 1]);
  expect(gather.members[0]).toBe(handle);
});

it("a future that is named twice counts once in a wait, and its place is the caller's", async () => {
  const { forerun } = fixture;
  const handles = await forerun.submitBatch(echoes(1001));
  const twice = [...handles.slice(0, 500), ...handles];
  const { done } = await forerun.wait(twice).result();
  expect(done).toHaveLength(1001);
  expect(pages().map(([, length]) => length)).toEqual([1000, 1]);
  const wrong = forerun.wait([...twice, "nowhere"]);
  await expect(wrong).rejects.toMatchObject({ problem: { errors: [{ field: "of[1501]" }] } });
});

it("four pages at most are under way at once", async () => {
  let underWay = 0;
  let most = 0;
  const counting: Fetch = async (url, init) => {
    most = Math.max(most, ++underWay);
    try {
      return await fetch(url, init);
    } finally {
      underWay--;
    }
  };
  const forerun = new Forerun({ endpoint: fixture.endpoint, fetch: counting });
  await forerun.gather(echoes(20_000));
  expect(most).toBe(4);
});

it.each([
  ["task", "tasks[3456].task", BadRequestError],
  ["future", "of[3456]", NotFoundError],
])("a wrong %s in the middle is named by its place, and the rest cancelled", async (...args) => {
  const [what, field, kind] = args;
  const { forerun, server } = fixture;
  const calls: TaskCall[] = Array.from({ length: 5000 }, () => task("later"));
  const ids: string[] = [];
  if (what === "task") calls[3456] = task("unknown");
  else {
    ids.push(...(await forerun.submitBatch(calls)).map((handle) => handle.id));
    ids[3456] = "nowhere";
  }
  const error = await forerun.gather(what === "task" ? calls : ids).catch((e) => e);
  expect(error).toBeInstanceOf(kind);
  expect(error.message).toContain(`${field}: `);
  expect(error.problem.errors).toEqual([{ field, message: expect.any(String) }]);
  expect(server.calls.some((call) => call.path.endsWith("/seal"))).toBe(false);
  const cancels = server.calls.filter((call) => call.path.endsWith("/cancel"));
  expect(cancels).toHaveLength(1);
  const [, , id = ""] = cancels[0]?.path.split("/") ?? [];
  expect(server.futures.get(id).state).toBe("cancelled");
  if (what === "task") expect(server.futures.get(`${id}.0`).state).toBe("cancelled");
});

it("a cancel that fails does not hide the refusal that led to it", async () => {
  const { forerun, server } = fixture;
  server.fault = (call) => (call.path.endsWith("/cancel") ? { status: 500 } : undefined);
  const gather = forerun.gather([...echoes(1500), task("unknown")]);
  await expect(gather).rejects.toMatchObject({ errors: [{ field: "tasks[1500].task" }] });
});

it("after a refusal no further page is sent", async () => {
  const { forerun } = fixture;
  await expect(forerun.gather([task("unknown"), ...echoes(50_000)])).rejects.toThrow("unknown");
  expect(pages().length).toBeLessThan(12);
});

it("an id that another request has is left alone", async () => {
  const { forerun, server } = fixture;
  const id = "mine";
  await forerun.gather(
    Array.from({ length: 1500 }, () => task("later")),
    { id },
  );
  await expect(forerun.gather(echoes(1500), { id })).rejects.toBeInstanceOf(ConflictError);
  expect(server.callsTo("POST", "/futures/mine/cancel")).toHaveLength(0);
  expect(server.futures.get(id).state).toBe("pending");
});

it.each(["/open", "/members", "/seal"])("a lost answer of %s is asked for again", async (path) => {
  const { forerun, server } = fixture;
  let lost = 0;
  server.fault = (call) => {
    return call.path.endsWith(path) && lost++ < 2 ? { lose: "answer" } : undefined;
  };
  const gather = await forerun.gather(echoes(3000));
  expect(await gather.result()).toHaveLength(3000);
  expect(server.futures.size).toBe(3001);
  const starts = new Set(pages().map(([start]) => start));
  expect(starts).toEqual(new Set([0, 1000, 2000]));
});

it("the same again under the same id is the same aggregate", async () => {
  const { forerun, server } = fixture;
  await forerun.gather(echoes(2500), { id: "again" });
  const again = await forerun.gather(echoes(2500), { id: "again" });
  expect(await again.result()).toHaveLength(2500);
  expect(server.futures.size).toBe(2501);
});

it("more than can be are refused before anything is sent", async () => {
  const { forerun, server } = fixture;
  const ids = Array.from({ length: 100_001 }, (_, index) => `id${index}`);
  await expect(forerun.gather(ids)).rejects.toThrow("at most 100,000");
  await expect(forerun.some(1, ids.slice(0, 1001))).rejects.toThrow("at most 1,000");
  expect(server.calls).toHaveLength(0);
});

it("100,000 members are made, awaited, waited for and streamed within seconds", async () => {
  const count = 100_000;
  const { forerun } = fixture;
  const begun = performance.now();
  const gather = await forerun.gather(echoes(count));
  const results = await gather.result();
  expect(results).toHaveLength(count);
  expect(results[99_999]).toBe(99_999);
  const { done, pending } = await forerun.wait(gather.members).result();
  expect([done.length, pending.length]).toEqual([count, 0]);
  expect(done[77_777]).toBe(gather.members[77_777]);
  let sum = 0;
  for await (const each of gather.results()) sum += each;
  expect(sum).toBe((count * (count - 1)) / 2);
  // Some seconds; what is quadratic takes minutes.
  expect(performance.now() - begun).toBeLessThan(30_000);
}, 60_000);

it("awaiting 100,000 members takes one request and no timer for each", async () => {
  const { forerun, server } = fixture;
  const gather = await forerun.gather(Array.from({ length: 100_000 }, () => task("later")));
  server.calls.length = 0;
  const result = gather.result().catch((error) => error.name);
  await expect.poll(() => server.holding).toBe(1);
  const timers = process.getActiveResourcesInfo().filter((each) => each === "Timeout");
  expect(timers.length).toBeLessThan(20);
  expect(server.calls).toHaveLength(1);
  await gather.cancel();
  expect(await result).toBe("CancelledError");
});
