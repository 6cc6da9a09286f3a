/**
 * The package as a project of others gets it: packed, installed, type-checked, synthesized and run.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Consumer, installConsumer, startConsumer } from "./consumer.ts";

let it: Consumer;
beforeAll(() => {
  it = installConsumer();
});
afterAll(() => it?.remove());

/** The packages that a module imports. */
function importsOf(code: string): string[] {
  const found = code.matchAll(
    /^(?:import|export|\}) (?:[^;"]*?from )?"([^"]+)"|import\("([^"]+)"\)/gm,
  );
  return [...found]
    .map(([, whole, lazy]) => whole ?? lazy ?? "")
    .filter((name) => !/^[.#]|^node:/.test(name))
    .map((name) => name.split("/", name.startsWith("@") ? 2 : 1).join("/"));
}

test("the tarball holds JavaScript and declarations, and no sources or tests", () => {
  expect(it.files).toContain("dist/client/index.js");
  expect(it.files).toContain("dist/client/index.d.ts");
  expect(it.files).toContain("LICENSE");
  const sources = it.files.filter((path) => /(?<!\.d)\.ts$|\.map$/.test(path));
  expect(sources).toEqual([]);
  expect(it.files.filter((path) => /test|bench|fixture|scripts\//i.test(path))).toEqual([]);
});

test("what the package imports is among what it depends on", () => {
  const installed = join(it.directory, "node_modules", "forerun");
  const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  const declared = Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
  const imported = it.files
    .filter((path) => path.endsWith(".js"))
    .flatMap((path) => importsOf(readFileSync(join(installed, path), "utf8")));
  expect(imported.length).toBeGreaterThan(10);
  expect([...new Set(imported)].filter((name) => !declared.includes(name))).toEqual([]);
});

test("the Node that this repository's scripts run on does not come along", () => {
  const installed = join(it.directory, "node_modules", "forerun", "package.json");
  const { dependencies, optionalDependencies } = JSON.parse(readFileSync(installed, "utf8"));
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
  // What is not for development only is what the package brings to its users.
  const brought = Object.entries(lock.packages as Record<string, { dev?: true; bin?: object }>)
    .filter(([path, { dev }]) => path !== "" && !dev)
    .filter(([, { bin }]) => bin !== undefined && "node" in bin);
  expect(brought).toEqual([]);
  const declared = Object.keys({ ...dependencies, ...optionalDependencies });
  expect(declared.filter((name) => /^node-|toolchain/.test(name))).toEqual([]);
});

test("the project's types hold, with those of the package", () => {
  const modules = join(it.directory, "node_modules");
  it.node([join(modules, "typescript", "bin", "tsc"), "-p", "."]);
});

test("its CDK app synthesizes with its own tasks, and with a library of its own", () => {
  const library = join(it.directory, "node_modules", "louder");
  mkdirSync(library);
  writeFileSync(join(library, "package.json"), '{"name":"louder","type":"commonjs"}');
  writeFileSync(join(library, "index.js"), 'exports.louder = (text) => text + "!!!";\n');
  const tasks = join(it.directory, "src", "tasks.ts");
  const text = readFileSync(tasks, "utf8").replace("export default", 'louder("ready");\n$&');
  writeFileSync(tasks, `import { louder } from "louder";\n${text}`);

  const outdir = join(it.directory, "cdk.out");
  it.node(["infra/app.ts"], { CDK_OUTDIR: outdir });
  const template = readFileSync(join(outdir, "Words-dev.template.json"), "utf8");
  const { Resources, Outputs } = JSON.parse(template);
  const types = Object.values(Resources as Record<string, { Type: string }>).map((r) => r.Type);
  expect(types.filter((type) => type === "AWS::Lambda::Function").length).toBeGreaterThan(4);
  expect(types).toContain("AWS::DynamoDB::Table");
  expect(Outputs).toHaveProperty("Endpoint");

  const bundles = join(outdir, "bundles");
  const [stack = ""] = readdirSync(bundles);
  const manifest = JSON.parse(readFileSync(join(bundles, stack, "api", "manifest.json"), "utf8"));
  expect(Object.keys(manifest.tasks)).toEqual(["countWords", "mostFrequent"]);
  const worker = readFileSync(join(bundles, stack, "worker", "index.mjs"), "utf8");
  expect(worker).toContain("countWords");
  expect(worker).toContain("!!!");
  // Messages of zod in other languages are left out here as well.
  const code = readdirSync(join(bundles, stack, "worker"))
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => readFileSync(join(bundles, stack, "worker", name), "utf8"));
  expect(code.join("\n")).not.toContain("Ungültige Eingabe");
});

test("its tasks run on the embedded cloud, and its client gets their results", async () => {
  const { endpoint, stop } = await startConsumer(it);
  try {
    const env = { FORERUN_URL: endpoint };
    expect(it.node(["src/client.ts"], env)).toContain("[ 'the', 'bird' ]");
    const submit = ["submit", "countWords", '{"text":"so far so good"}', "--wait"];
    const printed = it.node([it.bin("forerun"), ...submit], env);
    expect(JSON.parse(printed)).toEqual({ so: 2, far: 1, good: 1 });
  } finally {
    await stop();
  }
});
