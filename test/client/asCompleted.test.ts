import { expect, it } from "vitest";
import { type AsCompletedHandle, Forerun, type FutureHandle, task } from "../../client/index.ts";
import { QUICK, useFakeServer } from "./setup.ts";

const fixture = useFakeServer();

const asks = (end: string) =>
  fixture.server.calls.filter((call) => call.method === "GET" && call.path.endsWith(end));

const laters = (count: number) => Array.from({ length: count }, () => task<number>("later"));

/** Iterates in the background; `seen` grows as members are yielded. */
function iterate(handle: AsCompletedHandle<number>) {
  const seen: FutureHandle<number>[] = [];
  const whole = (async () => {
    for await (const member of handle) seen.push(member);
  })();
  return { seen, whole };
}

it("ten members, each of which settles once the one before was seen, cost ten", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(laters(10));
  const { seen, whole } = iterate(await forerun.asCompleted(handles));
  for (const [index, { id }] of handles.entries()) {
    server.futures.settle(id, { result: index });
    await expect.poll(() => seen.length, { interval: 5 }).toBe(index + 1);
  }
  await whole;
  expect(seen).toEqual(handles);
  expect(asks("/reports").length).toBeLessThanOrEqual(10);
  expect(server.mostHolding).toBeLessThanOrEqual(1);
  // To be yielded none was fetched.
  expect(asks("/futures")).toHaveLength(0);
});

it.each([
  [100, 10, 60],
  [1000, 2, 60],
])("%i members that settle one by one, every %i ms, cost at most %i", async (n, ms, most) => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(laters(n));
  const { seen, whole } = iterate(await forerun.asCompleted(handles));
  const left = handles.values();
  const settling = setInterval(() => {
    const next = left.next().value;
    if (next) server.futures.settle(next.id, { result: 0 });
  }, ms);
  await whole;
  clearInterval(settling);
  expect(seen).toEqual(handles);
  expect(asks("/reports").length).toBeLessThanOrEqual(most);
});

it.each([10, 100, 1000])("%i members that settle in ten bursts cost about ten", async (n) => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(laters(n));
  const backwards = handles.toReversed();
  const { seen, whole } = iterate(await forerun.asCompleted(handles));
  for (let burst = 0; burst < 10; burst++) {
    const some = backwards.slice((burst * n) / 10, ((burst + 1) * n) / 10);
    for (const { id } of some) server.futures.settle(id, { result: burst });
    await expect.poll(() => seen.length).toBe(((burst + 1) * n) / 10);
  }
  await whole;
  expect(seen).toEqual(backwards);
  expect(asks("/reports").length).toBeLessThanOrEqual(11);
});

it("the results of those that settled together are fetched together", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(laters(1000));
  const handle = await forerun.asCompleted(handles);
  for (const [index, { id }] of handles.entries()) server.futures.settle(id, { result: index });
  let sum = 0;
  for await (const member of handle) {
    expect(await member.done()).toBe(true);
    sum += await member.result();
  }
  expect(sum).toBe((1000 * 999) / 2);
  expect(asks("/reports")).toHaveLength(1);
  expect(asks("/futures")).toHaveLength(10);
});

it("it yields the very handles, one that was given twice once, failed ones too", async () => {
  const { forerun } = fixture;
  const one = await forerun.submit<number>("echo", { value: 1 });
  const two = await forerun.submit<number>("fail", { name: "Oops", message: "no" });
  const { seen, whole } = iterate(await forerun.asCompleted([one, two, one, one.id as never]));
  await whole;
  expect(seen).toHaveLength(2);
  expect(seen[0]).toBe(one);
  expect(seen[1]).toBe(two);
});

it("of none it is over at once, without a request", async () => {
  const handle = await fixture.forerun.asCompleted([]);
  fixture.server.calls.length = 0;
  for await (const _ of handle) expect.unreachable();
  expect(fixture.server.calls).toHaveLength(0);
});

it("it goes on by itself although the aggregate's time is over", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(laters(250));
  const handle = await forerun.asCompleted(handles, { timeoutSeconds: 60 });
  const { seen, whole } = iterate(handle);
  const [first, ...rest] = handles;
  server.futures.settle(first?.id ?? "", { result: 0 });
  await expect.poll(() => seen.length).toBe(1);
  const late = { name: "TimeoutError", message: "It did not settle in time." };
  server.futures.settle(handle.id, { error: late });
  await expect.poll(() => asks("/futures").length).toBeGreaterThanOrEqual(3);
  for (const { id } of rest) server.futures.settle(id, { result: 1 });
  await whole;
  expect(new Set(seen)).toEqual(new Set(handles));
  expect(seen).toHaveLength(250);
  await expect(handle.result()).rejects.toThrow("in time");
});

it("whoever leaves early leaves no request behind", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(laters(3));
  const handle = await forerun.asCompleted(handles);
  server.futures.settle(handles[2]?.id ?? "", { result: 0 });
  for await (const member of handle) {
    expect(member).toBe(handles[2]);
    break;
  }
  expect(server.holding).toBe(0);
  server.futures.settle(handle.id, { error: { name: "TimeoutError", message: "late" } });
  const members = handle[Symbol.asyncIterator]();
  await members.next();
  const next = members.next();
  await expect.poll(() => server.holding).toBe(1);
  server.futures.settle(handles[0]?.id ?? "", { result: 0 });
  await next;
  await members.return();
  await expect.poll(() => server.holding).toBe(0);
});

it("20,000 that have settled are gone through without a pause", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(laters(20_000));
  const handle = await forerun.asCompleted(handles);
  for (const { id } of handles) server.futures.settle(id, { result: 0 });
  const begun = performance.now();
  const { seen, whole } = iterate(handle);
  await whole;
  expect(seen).toHaveLength(20_000);
  expect(asks("/reports")).toHaveLength(20);
  expect(performance.now() - begun).toBeLessThan(1900); // twenty rests would be 2000
});

it("more reports than one answer holds are all read, and in order", async () => {
  const { forerun, server } = fixture;
  server.futures.pageItems = 7;
  const handles = await forerun.submitBatch(laters(30));
  const handle = await forerun.asCompleted(handles);
  for (const { id } of handles) server.futures.settle(id, { result: 0 });
  const { seen, whole } = iterate(handle);
  await whole;
  expect(seen).toEqual(handles);
});

it("a lost answer loses no member, and yields none twice", async () => {
  const { forerun, server } = fixture;
  server.futures.pageItems = 3;
  let calls = 0;
  server.fault = ({ path }) =>
    path.endsWith("/reports") && ++calls % 2 === 1 ? { lose: "answer" } : undefined;
  const handles = await forerun.submitBatch(laters(10));
  const handle = await forerun.asCompleted(handles);
  for (const { id } of handles) server.futures.settle(id, { result: 0 });
  const { seen, whole } = iterate(handle);
  await whole;
  expect(seen).toEqual(handles);
});

it("a server too busy to hold is not asked in a loop", async () => {
  let asked = 0;
  const empty = { reports: [], cursor: "0", complete: false, settled: false };
  const full = { ...empty, reports: [{ id: "a", member: 0, state: "succeeded" }] };
  const forerun = new Forerun({
    endpoint: "http://fake",
    retry: QUICK,
    fetch: async (url) => {
      if (!url.includes("/reports")) return Response.json({ id: "x", state: "pending" });
      const options = { headers: { "retry-after": "0.2" } };
      return asked++ < 2 ? Response.json(empty, options) : Response.json(full);
    },
  });
  const begun = performance.now();
  for await (const member of await forerun.asCompleted(["a"])) expect(member.id).toBe("a");
  expect(performance.now() - begun).toBeGreaterThanOrEqual(390);
  expect(asked).toBe(3);
});
