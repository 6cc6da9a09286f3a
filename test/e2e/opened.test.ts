/**
 * Aggregates of more members than one call names, over HTTP on a whole deployment.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { task } from "../../client/index.ts";
import type { Future, ReportsPage, ResultsPage } from "../../core/wire.ts";
import { type Deployment, deploy } from "./support/deployment.ts";

let it: Deployment;
beforeAll(async () => {
  it = await deploy();
});
afterAll(() => it.stop());

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`${it.cloud.endpoint}${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: { "content-type": "application/json" },
  });
  const answer = (await response.json()) as T;
  if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  return answer;
}

const open = (id: string, fields: object) =>
  call<Future>("POST", "/aggregates/open", { id, policy: "gather", members: "tasks", ...fields });
const echoes = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ task: "echo", input: { value: from + index } }));

test("a gather of more than a tree's leaf settles once it is sealed and its last member has", async () => {
  await open("tree", {});
  const add = (start: number, count: number) =>
    call("POST", "/futures/tree/members", { start, tasks: echoes(start, count) });
  await add(70, 60);
  await add(0, 70);
  await add(0, 70);
  expect(await call("GET", "/futures/tree")).toMatchObject({ state: "pending" });
  await call("POST", "/futures/tree/seal", { size: 130 });
  expect(await it.forerun.future("tree").result()).toEqual(
    Array.from({ length: 130 }, (_, i) => i),
  );
});

test("results come in pages, in argument order, each member once", async () => {
  const values: unknown[] = [];
  let from: number | undefined = 0;
  while (from !== undefined) {
    const page: ResultsPage = await call("GET", `/futures/tree/results?from=${from}&limit=50`);
    expect(page.from).toBe(from);
    expect(page.results.length).toBeLessThanOrEqual(50);
    values.push(...page.results.map((each) => ("result" in each ? each.result : undefined)));
    from = page.next;
  }
  expect(values).toEqual(Array.from({ length: 130 }, (_, index) => index));
});

test("reports are told as they come, each once, and the last says so", async () => {
  const promises = await Promise.all(Array.from({ length: 70 }, () => it.forerun.promise()));
  await open("reports", { policy: "asCompleted", members: "futures" });
  const of = promises.map(({ id }) => id);
  await call("POST", "/futures/reports/members", { start: 0, of });
  await call("POST", "/futures/reports/seal", { size: 70 });
  const read = (after: string) =>
    call<ReportsPage>("GET", `/futures/reports/reports?wait=20${after && `&after=${after}`}`);
  await promises[69]?.settle("last of all");
  const first = await read("");
  expect(first.reports).toEqual([{ id: of[69], member: 69, state: "succeeded" }]);
  const held = read(first.cursor);
  await promises[3]?.settle(3);
  const second = await held;
  expect(second.reports.map(({ member }) => member)).toEqual([3]);
  await Promise.all(
    promises.map((each, index) => index !== 3 && index !== 69 && each.settle(index)),
  );
  const met = [69, 3];
  let page = second;
  while (!page.complete) {
    page = await read(page.cursor);
    met.push(...page.reports.map(({ member }) => member));
  }
  expect(met.sort((a, b) => a - b)).toEqual(Array.from({ length: 70 }, (_, index) => index));
  const list = await it.forerun.future<unknown[]>("reports").result();
  expect(list.slice(0, 2)).toEqual(["last of all", 3]);
});

test("what is opened and not sealed fails with an error that says so", async () => {
  await open("forgotten", { sealWithinSeconds: 2 });
  await call("POST", "/futures/forgotten/members", { start: 0, tasks: echoes(0, 1) });
  const error = await it.forerun.future("forgotten").exception();
  expect(error).toMatchObject({ name: "UnsealedError" });
  expect(error?.message).toContain("not sealed within 2 s");
  expect(await it.forerun.future("forgotten.0").result()).toBe(0);
});

test("cancelling a gather reaches members by the hundred, and it ends failed", async () => {
  const calls = Array.from({ length: 300 }, (_, value) =>
    task("echo", { value }, { delaySeconds: 600 }),
  );
  const gather = await it.forerun.gather(calls);
  expect(await gather.cancel()).toBe(true);
  expect(await gather.exception()).toMatchObject({ name: "CancelledError" });
  for (const member of [0, 150, 299]) {
    const handle = gather.members[member];
    await expect(handle?.result()).rejects.toMatchObject({ name: "CancelledError" });
  }
});

test("moving a gather moves the members that have not begun, in the background too", async () => {
  const calls = Array.from({ length: 300 }, (_, value) =>
    task("echo", { value }, { delaySeconds: 600, priority: 9 }),
  );
  const gather = await it.forerun.gather(calls);
  await gather.move(0);
  const last = gather.members[299];
  await expect.poll(async () => (await last?.get())?.band, { timeout: 60_000 }).toBe("critical");
  const first = gather.members[0];
  await expect.poll(async () => (await first?.get())?.priority, { timeout: 60_000 }).toBe(0);
  await gather.cancel();
});

test("a promise with hundreds of watchers tells all of them", async () => {
  const promise = await it.forerun.promise<string>();
  await open("watching", { members: "futures" });
  // A member may stand in a gather any number of times.
  const of = Array.from({ length: 300 }, () => promise.id);
  await call("POST", "/futures/watching/members", { start: 0, of });
  await call("POST", "/futures/watching/seal", { size: 300 });
  await promise.settle("told");
  const result = await it.forerun.future<string[]>("watching").result();
  expect(result).toEqual(Array.from({ length: 300 }, () => "told"));
});
