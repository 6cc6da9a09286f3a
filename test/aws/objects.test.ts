/**
 * The bucket: the one in memory and the one on S3 (here the embedded cloud's) by one contract.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createObjects } from "../../aws/s3/objects.ts";
import { sha256Of } from "../../core/hash.ts";
import { LIFETIME_TAG } from "../../core/objectTags.ts";
import type { Objects } from "../../core/ports.ts";
import { Callers, SECRET_ACCESS_KEY } from "../../local/gateway/callers.ts";
import { type Gateway, startGateway } from "../../local/gateway.ts";
import { createS3 } from "../../local/s3/service.ts";
import { createObjectStore, type ObjectStore } from "../../local/s3/store.ts";
import { MemoryObjects } from "../support/memoryObjects.ts";

const BUCKET = "texts";
/** The longest that a caller's id and a member's number can be. */
const KEY = `results/${"a".repeat(128)}.99999/0198f0a2-5d3c-7a31-9c39-0242ac120002`;

let directory: string;
let store: ObjectStore;
let gateway: Gateway;
let s3: Objects;
const memory = new MemoryObjects();

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "objects-"));
  store = createObjectStore(directory);
  const callers = new Callers();
  gateway = await startGateway(callers, () => {});
  gateway.serve(createS3({ store, buckets: [BUCKET], mayList: () => false }));
  const { accessKeyId } = callers.add("operator", "test");
  s3 = createObjects(BUCKET, {
    endpoint: gateway.url,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey: SECRET_ACCESS_KEY },
  });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(directory, { recursive: true });
});

const put = (objects: Objects, key: string, text: string, short = false) => {
  const bytes = Buffer.from(text);
  return objects.put(key, bytes, { sha256: sha256Of(bytes), short });
};

describe.each([
  ["in memory", () => memory as Objects],
  ["on S3", () => s3],
])("the bucket %s", (_name, objects) => {
  it.each([
    ["nothing", ""],
    ["a megabyte of characters of one to four bytes", "aü€😀\n".repeat(110_000)],
  ])("gives back %s exactly, put once or twice", async (_text, text) => {
    await put(objects(), KEY, text);
    await put(objects(), KEY, text);
    expect((await objects().get(KEY)) === text).toBe(true);
  });

  it("has nothing under another key, and nothing any more once it was removed, twice", async () => {
    await put(objects(), "results/a/1", "1");
    expect(await objects().get("results/a/2")).toBeUndefined();
    await objects().remove("results/a/1");
    await objects().remove("results/a/1");
    expect(await objects().get("results/a/1")).toBeUndefined();
  });

  it("keeps a text when it is to live longer, and says nothing of one that is gone", async () => {
    await put(objects(), "results/a/3", "3", true);
    await objects().keep("results/a/3");
    await objects().keep("results/a/3");
    expect(await objects().get("results/a/3")).toBe("3");
    await objects().keep("results/a/4");
    expect(await objects().get("results/a/4")).toBeUndefined();
  });
});

describe("on S3", () => {
  it("what may go early has the tag that the bucket's rule goes by, until it is to be kept", async () => {
    const tags = async (key: string) => (await store.get(BUCKET, key))?.tags[LIFETIME_TAG];
    await put(s3, "results/b/1", "1");
    await put(s3, "results/b/2", "2", true);
    expect(await tags("results/b/1")).toBeUndefined();
    expect(await tags("results/b/2")).toBe("short");
    await s3.keep("results/b/2");
    expect(await tags("results/b/2")).toBe("long");
  });

  it("a body that was changed on the way is refused", async () => {
    const sha256 = sha256Of("another");
    await expect(
      s3.put("results/c/1", Buffer.from("one"), { sha256, short: false }),
    ).rejects.toThrow("did not match");
  });

  it("an address shows its object, and no other, until its time is over", async () => {
    await put(s3, "results/d/1", '"one"');
    await put(s3, "results/d/2", '"two"');
    const address = await s3.address("results/d/1", 300);
    const read = async (url: string) => {
      const answer = await fetch(url);
      return `${answer.status} ${answer.ok ? await answer.text() : ""}`.trim();
    };
    expect(await read(address)).toBe('200 "one"');
    expect(await read(address.replace("d/1", "d/2"))).toBe("403");
    expect(await read(address.replace("X-Amz-Expires=300", "X-Amz-Expires=9000"))).toBe("403");
    expect(await read(address.replace(/LOCAL0\w*/, "LOCAL7"))).toBe("403");
    expect(await read(address.split("?")[0] ?? "")).toBe("400");
    expect(await read(await s3.address("results/d/1", 0))).toBe("403");
  });
});
