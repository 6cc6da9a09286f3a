import { expect, expectTypeOf, it } from "vitest";
import {
  type FutureHandle,
  RemoteError,
  type TaskCall,
  type TaskDefinition,
  task,
} from "../../client/index.ts";
import { defineTask } from "../../worker/index.ts";
import { useFakeServer } from "./setup.ts";

const fixture = useFakeServer();

const echoNumber: TaskDefinition<{ value: number }, number> = { name: "echo" };
const echoText: TaskDefinition<{ value: string }, string> = { name: "echo" };

it("a gather over tasks yet to be submitted is one request", async () => {
  const { forerun, server } = fixture;
  const gather = await forerun.gather([
    task(echoNumber, { value: 1 }, { priority: 1 }),
    task(echoText, { value: "two" }),
  ]);
  expect(server.calls.map((call) => call.path)).toEqual(["/tasks/batch"]);
  expect(gather.members.map((member) => member.id)).toEqual([`${gather.id}.0`, `${gather.id}.1`]);
  const results = await gather.result();
  expectTypeOf(results).toEqualTypeOf<[number, string]>();
  expectTypeOf(gather.members[1]).toEqualTypeOf<FutureHandle<string>>();
  expect(results).toEqual([1, "two"]);
});

it("a gather takes handles, submissions, ids and tasks, in argument order", async () => {
  const { forerun } = fixture;
  const handle = await forerun.submit(echoNumber, { value: 1 });
  const other = await forerun.submit("echo", { value: 3 });
  const results = await forerun
    .gather([
      handle,
      forerun.submit(echoText, { value: "two" }),
      other.id,
      task(echoNumber, { value: 4 }),
      task("echo", { value: 5 }, { id: "five" }),
    ])
    .result();
  expectTypeOf(results).toEqualTypeOf<[number, string, unknown, number, unknown]>();
  expect(results).toEqual([1, "two", 3, 4, 5]);
});

it("a gather takes its members one by one, as asyncio's does", async () => {
  const { forerun } = fixture;
  const a = await forerun.submit(echoNumber, { value: 1 });
  const b = await forerun.submit(echoText, { value: "two" });
  const gathered = await forerun.gather(a, b);
  expectTypeOf(await gathered.result()).toEqualTypeOf<[number, string]>();
  expect(await gathered.result()).toEqual([1, "two"]);
  expect(gathered.members).toEqual([a, b]);
});

it("a gather of a list has a list of results", async () => {
  const calls = [1, 2, 3].map((value) => task(echoNumber, { value }));
  const results = await fixture.forerun.gather(calls).result();
  expectTypeOf(results).toEqualTypeOf<number[]>();
  expect(results).toEqual([1, 2, 3]);
});

it("errors stand where members failed, and only there", async () => {
  const looksLikeError = { error: { name: "NotReally", message: "a value" } };
  const results = await fixture.forerun
    .gather(
      [
        task(echoNumber, { value: 1 }),
        task("fail", { name: "Oops", message: "no" }),
        task("echo", { value: looksLikeError }),
      ],
      { returnExceptions: true },
    )
    .result();
  expectTypeOf(results[0]).toEqualTypeOf<number | Error>();
  expect(results).toEqual([1, expect.any(RemoteError), looksLikeError]);
  expect(results[1]).toMatchObject({ name: "Oops", message: "no" });
});

it("the first error of a gather is thrown", async () => {
  const gather = fixture.forerun.gather([
    task("later"),
    task("fail", { name: "Oops", message: "no" }),
  ]);
  await expect(gather.result()).rejects.toMatchObject({ name: "Oops", message: "no" });
});

it("a member that is refused refuses the gather, and leaves no rejection unhandled", async () => {
  const { forerun } = fixture;
  const good = forerun.submit("echo", { value: 1 });
  await expect(forerun.gather([good, forerun.submit("unknown")]).result()).rejects.toThrow(
    'task: no task is named "unknown"',
  );
});

it("a wait gives back the handles that it was given", async () => {
  const { forerun } = fixture;
  const done = await forerun.submit(echoNumber, { value: 1 });
  const pending = await forerun.submit(echoNumber, { value: 0 }, { id: "later" });
  const never = await forerun.submit<number>("later");
  const outcome = await forerun
    .wait([done, pending, never], { returnWhen: "FIRST_COMPLETED", timeoutSeconds: 60 })
    .result();
  expectTypeOf(outcome.done).toEqualTypeOf<FutureHandle<number>[]>();
  expect(outcome.done).toEqual([done, pending]);
  expect(outcome.pending[0]).toBe(never);
});

it("a large batch goes out in chunks, and a wrong task is named by its own place", async () => {
  const { forerun, server } = fixture;
  const calls: TaskCall<number>[] = Array.from({ length: 2500 }, (_, value) =>
    task(echoNumber, { value }),
  );
  const handles = await forerun.submitBatch(calls);
  const sizes = server.calls.map((call) => (call.body.tasks as unknown[]).length);
  expect(sizes.sort()).toEqual([1000, 1000, 500]);
  expect(await Promise.all([0, 1234, 2499].map((i) => handles[i]?.result()))).toEqual([
    0, 1234, 2499,
  ]);
  calls[2001] = task("unknown");
  await expect(forerun.submitBatch(calls)).rejects.toMatchObject({
    errors: [{ field: "tasks[2001].task" }],
  });
});

it("a batch of large inputs is divided by size", async () => {
  const value = "x".repeat(2_000_000);
  await fixture.forerun.submitBatch([1, 2, 3].map(() => task("echo", { value })));
  expect(fixture.server.calls).toHaveLength(2);
});

it("timers and sleeps give what they were given", async () => {
  const { forerun } = fixture;
  expect(await forerun.sleep(0.01, "woken")).toBe("woken");
  expect(await forerun.timer(0.01).result()).toBeNull();
});

it("a promise is settled from elsewhere by its id", async () => {
  const { forerun } = fixture;
  const promise = await forerun.promise<boolean>({ timeoutSeconds: 60 });
  const result = promise.result();
  await forerun.promiseOf<boolean>(promise.id).settle(true);
  expect(await result).toBe(true);
});

it("a submission's result can be awaited at once", async () => {
  const submission = fixture.forerun.submit(echoNumber, { value: 1 });
  expectTypeOf(await submission.result()).toEqualTypeOf<number>();
  expect(await submission.result()).toBe(1);
  expect((await submission).id).toBeTypeOf("string");
});

it("wrong types of input do not compile", () => {
  const half = defineTask("half", {}, (input: { value: number }) => input.value / 2);
  const { forerun } = fixture;
  const uncalled = () => [
    // @ts-expect-error the definition wants a number
    forerun.submit(half, { value: "one" }),
    // @ts-expect-error the definition wants an input
    task(half, {}),
    expectTypeOf(
      forerun.submit(half, { value: 1 }).result,
    ).returns.resolves.toEqualTypeOf<number>(),
    expectTypeOf(forerun.submit<string>("half", 1).result).returns.resolves.toEqualTypeOf<string>(),
  ];
  expect(uncalled).toBeTypeOf("function");
});

it("a task is moved to another priority", async () => {
  const handle = await fixture.forerun.submit("later", null, { priority: 9 });
  expect(await handle.move(0)).toMatchObject({ id: handle.id, priority: 0 });
});
