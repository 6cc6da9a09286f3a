/**
 * Functions of others as tasks, and events of what has settled: a stack of a user's own.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App, Stack } from "aws-cdk-lib";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Forerun, task } from "../../client/index.ts";
import { Forerun as Deployment } from "../../infra/forerun.ts";
import { type Cloud, startCloud } from "../../local/index.ts";
import { TASKS } from "./support/deployment.ts";

const FUNCTIONS = fileURLToPath(new URL("./support/functions", import.meta.url));

function synthesize(outdir: string): string {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, "Theirs");
  const lambda = new Lambda(stack, "Doubles", {
    runtime: Runtime.NODEJS_24_X,
    handler: "index.handler",
    code: Code.fromAsset(FUNCTIONS),
  });
  const input = {
    type: "object",
    properties: { value: { type: "number" }, fail: { type: "boolean" } },
    required: ["value"],
  };
  new Deployment(stack, "Forerun", {
    tasks: TASKS,
    slots: 2,
    lambdaTasks: { double: { lambda, input, event: true, retry: { maxAttempts: 1 } } },
  });
  return app.synth().directory;
}

const outdir = mkdtempSync(join(tmpdir(), "forerun-e2e-"));
let cloud: Cloud;
let forerun: Forerun;
beforeAll(async () => {
  cloud = await startCloud({ assembly: () => synthesize(outdir) });
  forerun = new Forerun({ endpoint: cloud.endpoint });
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(outdir, { recursive: true, force: true });
});

const eventsOf = (id: string) => () =>
  cloud.events().filter(({ detail }) => eventId(detail) === id);

function eventId(detail: unknown): unknown {
  return (detail as { id?: unknown }).id;
}

test("a function of another's gives a task's result, and is told who asks", async () => {
  const handle = await forerun.submit("double", { value: 21 }, { priority: 2 });
  const asked = { id: handle.id, task: "double", attempt: 1, priority: 2 };
  expect(await handle.result()).toEqual({ doubled: 42, asked });
});

test("its failure is the task's, by its own name", async () => {
  const handle = await forerun.submit("double", { value: 1, fail: true });
  await expect(handle.result()).rejects.toMatchObject({ name: "KeyError", message: "no such key" });
});

test("an input that its schema refuses is never sent", async () => {
  const wrong = forerun.submit("double", { value: "one" });
  await expect(wrong).rejects.toThrow(/input\.value/);
});

test("an event tells of each settled future of a task that asks for it, and of no other", async () => {
  const gather = await forerun.gather([task("double", { value: 1 }), task("echo", { value: 1 })]);
  await gather.result();
  const [double, echo] = gather.members.map(({ id }) => id);
  await expect.poll(eventsOf(double ?? ""), { timeout: 30_000 }).toHaveLength(1);
  const [event] = eventsOf(double ?? "")();
  expect(event).toMatchObject({ source: "forerun", "detail-type": "Future settled" });
  expect(event?.detail).toMatchObject({ task: "double", state: "succeeded", attempts: 1 });
  expect(eventsOf(echo ?? "")()).toEqual([]);
});
