/**
 * Who imports whom: the table of docs/design.md, held by what the files really import. The lint
 * rules say the same while one types, by the text of the paths; here the paths are followed.
 */
import { globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Folder → which others it may import. test, bench and scripts may import anything. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  aws: ["core"],
  worker: ["core", "aws"],
  functions: ["core", "aws", "worker"],
  client: ["core"],
  infra: ["core"],
  cli: ["core", "client", "local"],
  local: ["core", "aws", "client", "infra", "examples"],
  examples: ["core", "worker", "client"],
};

const DEPLOYMENT = /^(aws-cdk-lib|constructs|cdk-nag|esbuild|fauxqs|@dynoxide)(\/|$)/;
const AWS = /^(@aws-|@smithy\/|aws-)/;

/** Packages that a folder must do without. */
const WITHOUT: Record<string, readonly RegExp[]> = {
  core: [AWS, DEPLOYMENT],
  // What signs requests (client/signing/, loaded when needed) is AWS's own.
  client: [
    /^@aws-sdk\/(?!credential-provider-node$)|^@smithy\/(?!signature-v4$)|^aws-/,
    DEPLOYMENT,
  ],
  aws: [DEPLOYMENT],
  worker: [DEPLOYMENT],
  functions: [DEPLOYMENT],
  infra: [/^@aws-sdk\//],
};

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g;

test("files import what their folder may, and nothing else", () => {
  const wrong = Object.entries(MAY_IMPORT).flatMap(([folder, allowed]) =>
    importsOf(folder)
      .filter(({ specifier, from }) => !fits(folder, allowed, specifier, from))
      .map(({ specifier, from }) => `${from} imports ${specifier}`),
  );
  expect(wrong).toEqual([]);
});

test("every folder with code is in the table", () => {
  const folders = globSync("*/**/*.ts", {
    cwd: ROOT,
    exclude: ["node_modules/**", "cdk.out/**", "dist/**"],
  });
  const free = ["test", "bench", "scripts"];
  const known = [...Object.keys(MAY_IMPORT), ...free];
  const others = new Set(folders.map((file) => file.split("/")[0] ?? ""));
  expect([...others].filter((each) => !known.includes(each))).toEqual([]);
});

test("imports are found in all their forms", () => {
  const source = [
    'import a from "./a.ts";',
    'import "./b.ts";',
    'const c = await import("./c.ts");',
    "export {\n  d,\n} from './d.ts';",
    'import type { E } from "./e.ts";',
  ].join("\n");
  expect([...source.matchAll(IMPORT)].map(([, name]) => name)).toEqual([
    "./a.ts",
    "./b.ts",
    "./c.ts",
    "./d.ts",
    "./e.ts",
  ]);
});

function importsOf(folder: string): { specifier: string; from: string }[] {
  return globSync(`${folder}/**/*.{ts,mjs}`, { cwd: ROOT }).flatMap((from) => {
    // Examples in comments import what a user would.
    const code = readFileSync(join(ROOT, from), "utf8").replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "");
    return [...code.matchAll(IMPORT)].map(([, specifier = ""]) => ({ specifier, from }));
  });
}

function fits(folder: string, allowed: readonly string[], specifier: string, from: string) {
  if (specifier.startsWith(".")) {
    const to = normalize(join(dirname(from), specifier)).split("/")[0] ?? "";
    return to === folder || allowed.includes(to);
  }
  return !(WITHOUT[folder] ?? []).some((pattern) => pattern.test(specifier));
}
