/**
 * Large results over HTTP: what stands in an answer, what is downloaded, and what is fetched for it.
 */
import { beforeEach, expect, it, vi } from "vitest";
import type { FutureRecord } from "../../core/future.ts";
import { place } from "../../core/texts.ts";
import { ANSWER_BYTES } from "../../core/view/outcome.ts";
import { taskRecord } from "../support/records.ts";
import { type Apps, jwtOf, startApps } from "./apps.ts";

const MB = 1_000_000;
let apps: Apps;
beforeEach(() => {
  apps = startApps();
});

/** A task that has succeeded with a text of so many bytes as JSON. */
async function succeeded(id: string, bytes: number, more: Partial<FutureRecord> = {}) {
  const text = JSON.stringify("x".repeat(bytes - 2));
  const placed = await place(apps.ports, { id, kind: "result", tag: "token" }, text);
  const resultObject = "object" in placed ? placed.object : undefined;
  const record = taskRecord({ id, state: "succeeded", ...more });
  await apps.ports.store.insert(resultObject ? { ...record, resultObject } : record);
}

async function gather(...bytes: number[]): Promise<void> {
  for (const [member, size] of bytes.entries()) await succeeded(`g.${member}`, size);
  const policy = { of: "gather", returnExceptions: false } as const;
  const size = bytes.length;
  const record = { id: "g", kind: "gather", state: "succeeded", born: true, sealed: true } as const;
  await apps.ports.store.insert(taskRecord({ ...record, policy, size }));
}

const read = async (path: string) => (await apps.send("GET", path)).body;

it("what fits an answer stands in it, and a byte more is downloaded", async () => {
  await succeeded("fits", ANSWER_BYTES);
  await succeeded("beyond", ANSWER_BYTES + 1);
  expect((await read("/futures/fits")).result).toHaveLength(ANSWER_BYTES - 2);
  const { result, download } = await read("/futures/beyond");
  expect(result).toBeUndefined();
  expect(download).toMatchObject({
    url: "https://bucket.example/results/beyond/token?for=300",
    bytes: ANSWER_BYTES + 1,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

it("an address is told to nobody but the tenant's callers", async () => {
  apps = startApps("custom:tenant");
  await succeeded("mine", 3 * MB, { tenant: "ada" });
  const ask = async (tenant: string) =>
    (await apps.send("GET", "/futures/mine", undefined, { event: jwtOf(tenant) })).body;
  expect(await ask("ada")).toHaveProperty("download");
  expect(await ask("bob")).toMatchObject({ status: 404 });
});

it("a gather of members too large for one answer is paged, and its pages hold their addresses", async () => {
  await gather(5 * MB, 300_000, 5 * MB);
  expect(await read("/futures/g")).toMatchObject({ state: "succeeded", paged: true });
  const { results, next } = await read("/futures/g/results");
  expect(next).toBeUndefined();
  expect(results.map((each: object) => Object.keys(each).at(-1))).toEqual([
    "download",
    "result",
    "download",
  ]);
});

it("a page ends before the first result that does not fit, which is not fetched", async () => {
  await gather(1 * MB, 1 * MB, 1 * MB, 1 * MB);
  const get = vi.spyOn(apps.ports.objects, "get");
  const page = await read("/futures/g/results");
  expect([page.results.length, page.next, get.mock.calls.length]).toEqual([2, 2, 2]);
  const last = await read("/futures/g/results?from=2");
  expect([last.results.length, last.next]).toEqual([2, undefined]);
});

it("a result that has expired before its record is gone, and of a member an error in its place", async () => {
  await gather(300_000, 300_000);
  apps.ports.objects.stored.delete("results/g.1/token");
  const { status, body } = await apps.send("GET", "/futures/g.1");
  expect([status, body.detail]).toEqual([
    410,
    "The result of g.1 does not exist any more: it has expired.",
  ]);
  const { results } = await read("/futures/g/results");
  expect(results[0].result).toHaveLength(299_998);
  expect(results[1]).toMatchObject({ state: "failed", error: { name: "PayloadGoneError" } });
});

it("a repeat of a large settling is known by its hash, without reading what is there", async () => {
  await apps.send("POST", "/promises", { id: "p" });
  const settle = (result: string) => apps.send("POST", "/futures/p/settle", { result });
  expect((await settle("x".repeat(3 * MB))).body).toHaveProperty("download");
  const get = vi.spyOn(apps.ports.objects, "get");
  expect((await settle("x".repeat(3 * MB))).status).toBe(200);
  expect((await settle("y".repeat(3 * MB))).status).toBe(409);
  expect(get).not.toHaveBeenCalled();
});
