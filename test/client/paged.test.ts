import fc from "fast-check";
import { expect, expectTypeOf, it } from "vitest";
import { CancelledError, Forerun, RemoteError, type TaskCall, task } from "../../client/index.ts";
import { useFakeServer } from "./setup.ts";

const fixture = useFakeServer();

const echoes = (count: number) =>
  Array.from({ length: count }, (_, value) => task<number>("echo", { value }));

const reads = () => fixture.server.calls.filter((call) => call.path.endsWith("/results"));

/** From now on every list is paged, so many items to a page. */
function pageAll(pageItems: number): void {
  Object.assign(fixture.server.futures, { pagedOver: 0, pageItems });
}

const value = fc.jsonValue({ maxDepth: 1 });
const member = fc.oneof(
  value.map((each) => task("echo", { value: each })),
  fc
    .record({ name: fc.constantFrom("Oops", "TimeoutError"), message: fc.string() })
    .map((error) => {
      return task("fail", { ...error, cause: { name: "Why", message: "so" } });
    }),
);

it("a paged result is exactly the one of an unpaged aggregate", async () => {
  const given = fc.array(member, { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(given, fc.integer({ min: 1, max: 5 }), async (calls, pageItems) => {
      const { forerun, server } = fixture;
      const handles = await forerun.submitBatch(calls as TaskCall[]);
      const ask = async () => [
        await forerun.gather(handles, { returnExceptions: true }).result(),
        await forerun.gather(handles).result().catch(asThrown),
        await forerun.taskGroup(handles).result().catch(asThrown),
        await forerun.allSettled(handles).result(),
        await forerun.asCompleted(handles).result(),
        await forerun.wait(handles).result(),
      ];
      Object.assign(server.futures, { pagedOver: 1000, pageItems: 1000 });
      const unpaged = await ask();
      pageAll(pageItems);
      const paged = await ask();
      expect(paged).toStrictEqual(unpaged);
    }),
    { numRuns: 25 },
  );
});

/** Errors of different aggregates differ in their ids. */
function asThrown(error: Error): unknown {
  return [error.constructor, error.name, error.message, error.cause];
}

it("a wait gives back the very handles that it was given, whichever page they stand on", async () => {
  const { forerun } = fixture;
  const done = await forerun.submitBatch(echoes(5));
  const pending = await forerun.submitBatch([1, 2, 3, 4].map(() => task("later")));
  pageAll(2);
  const outcome = await forerun
    .wait([...done, ...pending], { returnWhen: "FIRST_COMPLETED" })
    .result();
  for (const [index, handle] of outcome.done.entries()) expect(handle).toBe(done[index]);
  for (const [index, handle] of outcome.pending.entries()) expect(handle).toBe(pending[index]);
  expect([outcome.done.length, outcome.pending.length]).toEqual([5, 4]);
});

it("pages that hold fewer than were asked for are gone on with, four at once", async () => {
  const { forerun, server } = fixture;
  server.futures.pageItems = 300;
  const gather = await forerun.gather(echoes(2500));
  expect(await gather.result()).toEqual(Array.from({ length: 2500 }, (_, index) => index));
  const asked = reads().map(({ query }) => [query.get("from"), query.get("limit")].join());
  const block = (start: number) => [0, 300, 600, 900].map((from) => start + from);
  const limits = (start: number) => block(start).map((from) => `${from},${start + 1000 - from}`);
  const last = ["2000,1000", "2300,1000"];
  expect(asked.toSorted()).toEqual([...limits(0), ...limits(1000), ...last].toSorted());
  const { done } = await forerun.wait(gather.members).result();
  expect(done).toEqual(gather.members);
});

it("the id alone is enough to read a paged result", async () => {
  const { forerun, server } = fixture;
  pageAll(2);
  const calls = [...echoes(3), task("fail", { name: "Oops", message: "no" })];
  const gather = await forerun.gather(calls, { returnExceptions: true });
  const [one, two, three, error] = (await forerun.future(gather.id).result()) as unknown[];
  expect([one, two, three]).toEqual([0, 1, 2]);
  expect(error).toBeInstanceOf(RemoteError);
  const later = await forerun.submit("later");
  const wait = await forerun.wait([...gather.members, later], { returnWhen: "FIRST_COMPLETED" });
  expect(await forerun.future(wait.id).result()).toEqual({
    done: gather.members.map((each) => each.id),
    pending: [later.id],
  });
  const { members } = await forerun.asCompleted([later, ...gather.members], { id: "order" });
  server.futures.settle(later.id, { result: "last" });
  expect(members).toHaveLength(5);
  expect((await forerun.future<unknown[]>("order").result()).at(-1)).toBe("last");
});

it("members that are paged themselves are read in their places, however deep", async () => {
  const { forerun } = fixture;
  pageAll(2);
  const inner = await forerun.gather([...echoes(3), task("fail", { name: "Oops", message: "" })], {
    returnExceptions: true,
  });
  const wait = await forerun.wait(inner.members.slice(0, 3));
  const middle = await forerun.gather([inner, task("echo", { value: "m" }), inner, wait]);
  const outer = await forerun.gather([middle, inner, ...echoes(1)]);
  const list = [0, 1, 2, expect.any(RemoteError)];
  const waited = { done: inner.members.slice(0, 3).map((each) => each.id), pending: [] };
  const all = [[list, "m", list, waited], list, 0];
  expect(await outer.result()).toEqual(all);
  const streamed: unknown[] = [];
  for await (const each of outer.results()) streamed.push(each);
  expect(streamed).toEqual(all);
});

it("a paged some has as many results as were asked for, in the order in which they came", async () => {
  const { forerun, server } = fixture;
  pageAll(2);
  const [late, ...handles] = await forerun.submitBatch([task("later"), ...echoes(6)]);
  const some = await forerun.some(4, [late, ...handles]);
  expect(server.futures.get(some.id)).toMatchObject({ size: 7, paged: true });
  expect(await some.result()).toStrictEqual([0, 1, 2, 3]);
});

it("a race won by a paged member has its result", async () => {
  const { forerun, server } = fixture;
  pageAll(2);
  const inner = await forerun.gather(echoes(3));
  const items = { from: 0, results: [{ id: inner.id, state: "succeeded", paged: true }] };
  server.fault = ({ path }) => {
    if (path === "/futures/race") {
      return {
        status: 200,
        body: JSON.stringify({ id: "race", kind: "race", state: "succeeded", paged: true }),
      };
    }
    return path === "/futures/race/results"
      ? { status: 200, body: JSON.stringify(items) }
      : undefined;
  };
  expect(await forerun.future("race").result()).toEqual([0, 1, 2]);
});

it("a cancelled member stands as a CancelledError in its place", async () => {
  const { forerun } = fixture;
  pageAll(2);
  const later = await forerun.submit("later");
  const gather = await forerun.gather([...echoes(2), later], { returnExceptions: true });
  await later.cancel();
  expect(await gather.result()).toEqual([0, 1, expect.any(CancelledError)]);
});

it("streaming reads the next page while one is used, and no further", async () => {
  const { forerun } = fixture;
  const gather = await forerun.gather(echoes(5000));
  const taken: number[] = [];
  for await (const each of gather.results()) {
    expectTypeOf(each).toEqualTypeOf<number>();
    taken.push(each);
    if (taken.length === 1) {
      await expect.poll(() => reads().length).toBe(2);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(reads()).toHaveLength(2);
    }
    if (taken.length === 1001) break;
  }
  expect(taken).toEqual(Array.from({ length: 1001 }, (_, index) => index));
  expect(reads().length).toBeLessThanOrEqual(3);
});

it("streaming a small list asks for nothing more than its result", async () => {
  const { forerun } = fixture;
  const calls = [...echoes(2), task("fail", { name: "Oops", message: "no" })];
  const gather = await forerun.allSettled(calls);
  const all: unknown[] = [];
  for await (const each of gather.results()) all.push(each);
  expect(all).toEqual(await gather.result());
  expect(all[2]).toEqual({ status: "rejected", reason: expect.any(RemoteError) });
  expect(reads()).toHaveLength(0);
});

it("streaming a paged allSettled gives its objects", async () => {
  pageAll(2);
  const calls = [...echoes(2), task("fail", { name: "Oops", message: "no" })];
  const gather = await fixture.forerun.allSettled(calls);
  const all: unknown[] = [];
  for await (const each of gather.results()) all.push(each);
  expect(all).toEqual(await gather.result());
  expect(all).toHaveLength(3);
});

it("streaming throws what the result would throw", async () => {
  const { forerun } = fixture;
  const gather = await forerun.gather(
    [task("fail", { name: "Oops", message: "no" }), "x"].slice(0, 1),
  );
  await expect(gather.results().next()).rejects.toMatchObject({ name: "Oops" });
  const pending = await forerun.gather([task("later")]);
  const late = pending.results({ timeoutSeconds: 0.02 }).next();
  await expect(late).rejects.toThrow("has not settled within");
});

it("an abort stops the reading of pages", async () => {
  const { forerun, server } = fixture;
  const gather = await forerun.gather(echoes(3000));
  const abort = new AbortController();
  server.fault = (call) => {
    if (call.query.get("from") === "1000") abort.abort(new Error("enough"));
    return undefined;
  };
  await expect(gather.result({ signal: abort.signal })).rejects.toThrow("enough");
});

it("the time of an await covers the reading of pages", async () => {
  const { forerun, server } = fixture;
  const gather = await forerun.gather(echoes(1001));
  server.fault = (call) => (call.path.endsWith("/results") ? { status: 503 } : undefined);
  await expect(gather.result({ timeoutSeconds: 0.1 })).rejects.toThrow("could not be read within");
  server.fault = () => undefined;
  expect(await gather.result()).toHaveLength(1001);
});

it("a page that cannot be read fails the result, and leaves no rejection unhandled", async () => {
  const { endpoint, server } = fixture;
  const forerun = new Forerun({ endpoint, retry: { maxAttempts: 1 } });
  const gather = await forerun.gather(echoes(3000));
  server.fault = (call) => (call.query.get("from") === "2000" ? { status: 500 } : undefined);
  await expect(gather.result()).rejects.toThrow("500");
  for await (const each of gather.results()) if (each === 1500) break;
});
