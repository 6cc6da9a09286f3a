/**
 * Writes the bundles that its argument describes. It is a program of its own because esbuild takes
 * plugins only where its result is awaited, and a construct cannot await.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, parse, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { englishOnly } from "./englishOnly.ts";
import { nodeHttp } from "./nodeHttp.ts";

/** One function's code. */
export interface BundleOrder {
  directory: string;
  /** Its entry points; each becomes a file of the same name. */
  files: string[];
  /** Path of the user's tasks file. */
  tasks: string;
  /** Path of the module that describes the API; what it makes becomes openapi.json. */
  document?: string;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Parts of bundles that are CommonJS call `require`, which a module does not have. */
const BANNER = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
].join("\n");

const orders = JSON.parse(process.argv[2] ?? "[]") as BundleOrder[];
try {
  await Promise.all(orders.map(write));
} catch (error) {
  // What is wrong with the code esbuild has said already.
  if (!(error instanceof Error && "errors" in error)) console.error(error);
  process.exitCode = 1;
}

async function write(order: BundleOrder): Promise<void> {
  const { metafile } = await build({ ...optionsOf(order), plugins: [nodeHttp, englishOnly] });
  // Tasks that ask for another language get all of them.
  if (mentionsLocales(metafile)) await build({ ...optionsOf(order), plugins: [nodeHttp] });
  if (order.document) await describe(order.directory, order.document);
}

async function describe(directory: string, module: string): Promise<void> {
  const { openApiDocument } = (await import(pathToFileURL(module).href)) as {
    openApiDocument: () => object;
  };
  writeFileSync(join(directory, "openapi.json"), JSON.stringify(openApiDocument()));
}

function optionsOf({ directory, files, tasks }: BundleOrder) {
  return {
    entryPoints: files.map((each) => ({ in: each, out: parse(each).name })),
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    absWorkingDir: ROOT,
    alias: { "#tasks": tasks },
    bundle: true,
    // What is imported dynamically gets files of its own, which are not read at the start.
    splitting: true,
    // The SDK's modules rather than its CommonJS: of them only what is in use remains.
    mainFields: ["module", "main"],
    minify: true,
    // Names of errors and tasks' functions are data that people read.
    keepNames: true,
    platform: "node",
    target: "node24",
    format: "esm",
    banner: { js: BANNER },
    metafile: true,
    logLevel: "error",
  } satisfies BuildOptions;
}

/** Does any file but zod's own speak of them? */
function mentionsLocales({ inputs }: Metafile): boolean {
  return (
    Object.keys(inputs)
      .filter((path) => !/^[^./]*:/.test(path))
      // Whole paths: installed beside us, zod has no node_modules in its path from here.
      .map((path) => resolve(ROOT, path))
      .filter((path) => !/[\\/]node_modules[\\/]zod[\\/]/.test(path))
      .some((path) => /\blocales\b/.test(readFileSync(path, "utf8")))
  );
}
