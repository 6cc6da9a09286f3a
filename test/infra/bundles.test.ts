/**
 * The functions' code: what each reads before it is ready, which every cold start takes the time for.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { sizesOf } from "../../bench/bundleSizes.ts";
import { bundle, FUNCTIONS } from "../../infra/bundle.ts";

const directory = mkdtempSync(join(tmpdir(), "forerun-bundles-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const made = bundle(directory, resolve("examples/tasks.ts"), { tasks: {} });

const filesOf = (name: (typeof FUNCTIONS)[number]) =>
  readdirSync(made[name]).filter((file) => file.endsWith(".mjs"));
const textOf = (name: (typeof FUNCTIONS)[number], file: string) =>
  readFileSync(join(made[name], file), "utf8");

describe.each(FUNCTIONS)("%s", (name) => {
  const start = [...sizesOf(made[name]).files].map((file) => textOf(name, file)).join("\n");

  test("a start that grows past 700 KB is noticed", () => {
    expect(sizesOf(made[name]).atStart).toBeLessThan(700_000);
  });

  test("what a start does not use is not read by it: other languages, XML, the validator", () => {
    expect(start).not.toContain("Ungültige");
    expect(start).not.toContain("Ung\\xFCltige");
    expect(start).not.toContain("RestXml");
    expect(start).not.toContain("strictSchema");
  });

  test("Node's modules are read by name, so that none loads what nobody asked for", () => {
    expect(start).not.toMatch(/(from|import)"node:/);
  });

  test("what is loaded later stands beside it", () => {
    const files = filesOf(name);
    const asked = files
      .flatMap((file) => [...textOf(name, file).matchAll(/import\("\.\/(.+?\.mjs)"\)/g)])
      .map(([, file]) => file);
    expect(asked).toContain("later-s3.mjs");
    expect(files).toEqual(expect.arrayContaining(asked));
  });
});

test("the client for the bucket works as a part of its own", async () => {
  const { connect } = (await import(pathToFileURL(join(made.api, "later-s3.mjs")).href)) as {
    connect: typeof import("../../aws/s3/s3.ts").connect;
  };
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const { address } = connect({ region: "eu-west-1", credentials });
  const signed = await address({ Bucket: "bucket", Key: "key" }, 60);
  expect(signed).toMatch(
    /^https:\/\/bucket\.s3\.eu-west-1\.amazonaws\.com\/key\?.*X-Amz-Signature=/,
  );
});
