import { expect, expectTypeOf, it } from "vitest";
import {
  AsCompletedHandle,
  BadRequestError,
  ConflictError,
  type GatherHandle,
  RemoteError,
  task,
  type WaitHandle,
} from "../../client/index.ts";
import { useFakeServer } from "./setup.ts";

const fixture = useFakeServer();

const echoes = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => task<number>("echo", { value: from + index }));

/** The pages of members in the order in which they were sent. */
const pages = () =>
  fixture.server.calls
    .filter((call) => call.path.endsWith("/members"))
    .map(({ body }) => [body.start, ((body.tasks ?? body.of) as unknown[]).length]);

it("a gather that is filled bit by bit has its results in the order of the adds", async () => {
  const { forerun, server } = fixture;
  const group = await forerun.open("gather", { returnExceptions: true, sealWithinSeconds: 60 });
  expect(server.calls[0]?.path).toBe("/aggregates/open");
  expect(server.calls[0]?.body).toEqual({
    policy: "gather",
    id: group.id,
    members: "tasks",
    returnExceptions: true,
    sealWithinSeconds: 60,
  });
  const [first] = await group.add(echoes(2));
  expect(first?.id).toBe(`${group.id}.0`);
  await group.add([task("fail", { name: "Oops", message: "no" })]);
  await group.add([]);
  await group.add(echoes(1500, 3));
  const gather = await group.seal();
  expectTypeOf(gather).toEqualTypeOf<GatherHandle<unknown[]>>();
  expect(pages()).toEqual([
    [0, 2],
    [2, 1],
    [3, 1000],
    [1003, 500],
  ]);
  const results = await gather.result();
  expect(results.slice(0, 4)).toEqual([0, 1, expect.any(RemoteError), 3]);
  expect(results).toHaveLength(1503);
  expect(gather.members).toHaveLength(1503);
  expect(gather.members[0]).toBe(first);
});

it("adds that are not awaited keep their order, and seal comes after them", async () => {
  const { forerun, server } = fixture;
  const group = await forerun.open("taskGroup");
  const tasks = echoes(10);
  const adds = tasks.map((each) => group.add([each]));
  tasks.length = 0;
  const gather = await group.seal();
  await Promise.all(adds);
  expect(server.calls.at(-1)?.path).toContain("/seal");
  expect(await gather.result()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it("futures are kept until a thousand go together, so pages begin at multiples of 250", async () => {
  const { forerun, server } = fixture;
  const handles = await forerun.submitBatch(echoes(2345));
  const group = await forerun.open("gather", { members: "futures" });
  const ids = handles.map((handle) => handle.id);
  for (let start = 0; start < 2345; start += 100) {
    const some = handles.slice(start, start + 100);
    const added = await group.add(start === 0 ? ids.slice(0, 100) : some);
    expect(added.map((each) => each.id)).toEqual(ids.slice(start, start + 100));
    expect(pages()).toHaveLength(Math.floor(Math.min(start + 100, 2345) / 1000));
  }
  const gather = await group.seal();
  expect(pages()).toEqual([
    [0, 1000],
    [1000, 1000],
    [2000, 345],
  ]);
  expect(server.calls.at(-1)?.body).toEqual({ size: 2345 });
  expect(gather.members[100]).toBe(handles[100]);
  expect((await gather.result())[2344]).toBe(2344);
});

it("a wait takes a future once, however often it is added, and has the handles that were", async () => {
  const { forerun, server } = fixture;
  const later = await forerun.submit("later");
  const group = await forerun.open("wait", {
    members: "futures",
    returnWhen: "FIRST_COMPLETED",
    timeoutSeconds: 60,
  });
  const echo = forerun.submit("echo", { value: 1 });
  await group.add([later, echo]);
  await group.add([later]);
  const wait = await group.seal();
  expectTypeOf(wait).toEqualTypeOf<WaitHandle<unknown>>();
  const { done, pending } = await wait.result();
  expect(server.callsTo("POST", `/futures/${group.id}/seal`)[0]?.body).toEqual({ size: 2 });
  expect(done).toEqual([await echo]);
  expect(pending[0]).toBe(later);
});

it("asCompleted, any and race are opened as well", async () => {
  const { forerun } = fixture;
  const group = await forerun.open("asCompleted");
  const [one, two] = await group.add([task("later"), task("echo", { value: 2 })]);
  const handle = await group.seal();
  expect(handle).toBeInstanceOf(AsCompletedHandle);
  for await (const member of handle) {
    expect(member).toBe(two);
    break;
  }
  expect(one?.id).toBe(`${group.id}.0`);
  expectTypeOf(await forerun.open("any")).toHaveProperty("seal");
  expect(await (await forerun.open("race", { cancelRest: true })).cancel()).toBe(true);
});

it("tasks that were refused leave no gap, and the group goes on", async () => {
  const { forerun, server } = fixture;
  const group = await forerun.open("gather");
  await group.add(echoes(2));
  const wrong = group.add([task("echo", { value: 1 }), task("unknown")]);
  await expect(wrong).rejects.toMatchObject({ errors: [{ field: "tasks[1].task" }] });
  await expect(group.add([task("echo", { value: Number.NaN })])).rejects.toThrow(
    "tasks[0].input.value",
  );
  await expect(group.add([task("echo", 1, { id: "own" })])).rejects.toThrow("tasks[0].id");
  await group.add(echoes(1, 2));
  expect(await (await group.seal()).result()).toEqual([0, 1, 2]);
  expect(server.callsTo("POST", `/futures/${group.id}/cancel`)).toHaveLength(0);
});

it("a refusal among several pages leaves a gap, so the group is cancelled", async () => {
  const { forerun, server } = fixture;
  const group = await forerun.open("gather");
  const [first] = await group.add([task("later")]);
  const wrong = group.add([...echoes(2500), task("unknown")]);
  await expect(wrong).rejects.toBeInstanceOf(BadRequestError);
  await expect(wrong).rejects.toMatchObject({ errors: [{ field: "tasks[2500].task" }] });
  expect(server.futures.get(group.id).state).toBe("cancelled");
  expect(await first?.cancelled()).toBe(true);
  await expect(group.add(echoes(1))).rejects.toBeInstanceOf(ConflictError);
  await expect(group.seal()).rejects.toBeInstanceOf(ConflictError);
});

it("a future that does not exist is named by its place in the group", async () => {
  const { forerun } = fixture;
  const handles = await forerun.submitBatch(echoes(1100));
  const group = await forerun.open("gather", { members: "futures" });
  await group.add(handles);
  await group.add(["nowhere"]);
  await expect(group.seal()).rejects.toThrow("of[1100]: No such future: nowhere.");
});

it("sealing again is the same handle, and adding after it is refused", async () => {
  const { forerun, server } = fixture;
  const group = await forerun.open("gather");
  await group.add([task("later")]);
  server.fault = (call) => (call.path.endsWith("/seal") ? { status: 400 } : undefined);
  await expect(group.seal()).rejects.toThrow();
  server.fault = () => undefined;
  const handle = await group.seal();
  expect(await group.seal()).toBe(handle);
  await expect(group.add([task("later")])).rejects.toBeInstanceOf(ConflictError);
  expect(await handle.done()).toBe(false);
});

it("cancelling an open group cancels what was added", async () => {
  const { forerun } = fixture;
  const group = await forerun.open("gather");
  const [member] = await group.add([task("later")]);
  expect(await group.cancel()).toBe(true);
  expect(await group.cancel()).toBe(false);
  expect(await member?.cancelled()).toBe(true);
});

it("wrong types of members and options do not compile", () => {
  const { forerun } = fixture;
  const uncalled = async () => [
    // @ts-expect-error a group of tasks takes no ids
    (await forerun.open("gather")).add(["id"]),
    // @ts-expect-error a group of futures takes no tasks
    (await forerun.open("gather", { members: "futures" })).add([task("echo")]),
    // @ts-expect-error a wait has no returnExceptions
    forerun.open("wait", { returnExceptions: true }),
    // @ts-expect-error some cannot be opened
    forerun.open("some"),
  ];
  expect(uncalled).toBeTypeOf("function");
});
