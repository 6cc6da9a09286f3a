/**
 * Inputs and results of all sizes, on the whole template: where they go, what it costs, how they are
 * read, and that they are there after a restart.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Forerun, task } from "../../client/index.ts";
import type { Future } from "../../core/wire.ts";
import { synthesize } from "../../infra/synthesize.ts";
import { type Cloud, startCloud, total } from "../../local/index.ts";
import { operate } from "./support/operator.ts";

const TASKS = fileURLToPath(new URL("./support/payloadTasks.ts", import.meta.url));
const MB = 1_000_000;

let directory: string;
let cloud: Cloud;
let forerun: Forerun;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "forerun-payloads-"));
  await start();
});
afterAll(async () => {
  await cloud?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const assembly = () =>
    synthesize({ tasks: TASKS, slots: 2, outdir: join(directory, "out") }).directory;
  cloud = await startCloud({ assembly, data: join(directory, "data") });
  forerun = new Forerun({ endpoint: cloud.endpoint });
}

/** Requests to S3 that something makes, by operation. */
async function requestsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = cloud.requests.snapshot();
  await work();
  const since = cloud.requests.since(before);
  const operations = [...new Set(since.entries.map(({ operation }) => operation))];
  const counted = operations.map((operation) => {
    const { requests } = total(since, { service: "s3", operation });
    return [operation, requests] as const;
  });
  return Object.fromEntries(counted.filter(([, requests]) => requests > 0));
}

async function read(id: string): Promise<Future> {
  return (await (await fetch(`${cloud.endpoint}/futures/${id}`)).json()) as Future;
}

test("what fits the table costs no request to the bucket", async () => {
  const work = () => forerun.submit("length", { text: "x".repeat(100_000) }).result();
  expect(await requestsOf(work)).toEqual({});
});

test("an input of a megabyte is put, read and removed once; a repeat puts nothing (promise 8)", async () => {
  const id = "megabyte";
  const submit = () => forerun.submit("length", { text: "x".repeat(MB) }, { id }).result();
  expect(await requestsOf(submit)).toEqual({ PutObject: 1, GetObject: 1, DeleteObject: 1 });
  expect(await requestsOf(submit)).toEqual({});
  await expect(forerun.submit("length", { text: "y".repeat(MB) }, { id })).rejects.toThrow("id");
  const record = await operate(cloud).ports.store.read(id);
  expect(record).toMatchObject({ state: "succeeded", result: String(MB) });
  expect(record?.inputObject?.bytes).toBe(MB + '{"text":""}'.length);
});

test("a result of 40 MB arrives by the SDK, and by two plain requests", async () => {
  const handle = await forerun.submit("grow", { bytes: 40 * MB });
  expect(((await handle.result()) as string).length).toBe(40 * MB - 2);
  const { download, result } = await read(handle.id);
  expect(result).toBeUndefined();
  const answer = await fetch(download?.url ?? "");
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(answer.headers.get("content-type")).toBe("application/json");
  expect(bytes.length).toBe(download?.bytes);
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(download?.sha256);
});

test("a result of 51 MB is a failure that names the limit, and no attempt more", async () => {
  const handle = await forerun.submit("grow", { bytes: 51 * MB });
  await expect(handle.result()).rejects.toMatchObject({
    name: "ResultTooLargeError",
    message: "The result has 51,000,000 bytes; at most 50,000,000 fit: return a reference to it.",
  });
  expect(await handle.get()).toMatchObject({ state: "failed", attempts: 1 });
});

test("a gather of ten results of 5 MB gives them all", async () => {
  const gather = await forerun.gather(
    Array.from({ length: 10 }, () => task("grow", { bytes: 5 * MB })),
  );
  const lengths = (await gather.result()).map((each) => (each as string).length);
  expect(lengths).toEqual(Array.from({ length: 10 }, () => 5 * MB - 2));
  expect(await read(gather.id)).toMatchObject({ state: "succeeded", paged: true });
});

test("a result that is all quotes, which doubles in a function's answer, arrives", async () => {
  for (const count of [1_240_000, 1_260_000]) {
    const handle = await forerun.submit("quotes", { count });
    expect(((await handle.result()) as string).length).toBe(count);
    expect(await read(handle.id)).toHaveProperty(count < 1_250_000 ? "result" : "download");
  }
});

test("a body beyond 5 MB is refused with the limit and the fix, and leaves no trace", async () => {
  const refused = await fetch(`${cloud.endpoint}/tasks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ task: "length", input: { text: "x".repeat(5 * MB) } }),
  });
  expect(refused.status).toBe(413);
  expect(await refused.text()).toContain("at most 5000000 are taken: send less");
  const text = '"'.repeat(2_400_000);
  const doubled = forerun.submit("length", { text }).result();
  // 4.8 MB as JSON, but 9.6 as a text in the event of a function, which takes 6.
  await expect(doubled).rejects.toThrow("body: is too large for the API; send less");
});

test("results and waiting inputs are there after a restart", async () => {
  const done = await forerun.submit("grow", { bytes: 3 * MB });
  await done.result();
  const input = { text: "x".repeat(MB) };
  const later = await forerun.submit("length", input, { delaySeconds: 600 });
  await cloud.stop();
  await start();
  expect(((await forerun.future(done.id).result()) as string).length).toBe(3 * MB - 2);
  const record = await operate(cloud).ports.store.read(later.id);
  expect(record).toMatchObject({ state: "pending", inputObject: { bytes: MB + 11 } });
  // As if its time had come.
  const { store, queues } = operate(cloud).ports;
  await store.update(later.id, {}, { remove: ["due"] });
  await queues.sendSeeTo([{ body: { id: later.id }, delaySeconds: 0 }]);
  expect(await forerun.future(later.id).result({ timeoutSeconds: 60 })).toBe(MB);
});
