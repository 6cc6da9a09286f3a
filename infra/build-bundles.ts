/**
 * Writes the bundles that its argument describes. It is a program of its own because esbuild takes
 * plugins only where its result is awaited, and a construct cannot await.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, parse, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, build, type Metafile } from "esbuild";
import { englishOnly } from "./englishOnly.ts";
import { laterParts } from "./laterParts.ts";
import { nodeBuiltins } from "./nodeBuiltins.ts";
import { isOwnCode } from "./ownCode.ts";

/** One function's code. */
export interface BundleOrder {
  directory: string;
  /** Its entry points; each becomes a file of the same name. */
  files: string[];
  /** Path of the user's tasks file. */
  tasks: string;
  /**
   * Whether functions and classes keep their names, as a user's code may expect. It takes a call for
   * each of them at every start.
   */
  keepNames: boolean;
  /** Path of the module that describes the API; what it makes becomes openapi.json. */
  document?: string;
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Parts of bundles that are CommonJS call `require`, which a module does not have. */
const BANNER =
  'const require = process.getBuiltinModule("node:module").createRequire(import.meta.url);';

const orders = JSON.parse(process.argv[2] ?? "[]") as BundleOrder[];
try {
  await Promise.all(orders.map(write));
} catch (error) {
  // What is wrong with the code esbuild has said already.
  if (!(error instanceof Error && "errors" in error)) console.error(error);
  process.exitCode = 1;
}

async function write(order: BundleOrder): Promise<void> {
  const later = laterParts(ROOT);
  const options = { ...optionsOf(order), entryPoints: order.files.map(entryOf) };
  const plugins = [later.plugin, nodeBuiltins];
  const { metafile } = await build({ ...options, plugins: [...plugins, englishOnly] });
  // Tasks that ask for another language get all of them.
  if (mentionsLocales(metafile)) await build({ ...options, plugins });
  const entryPoints = [...later.found].map(([out, path]) => ({ in: path, out }));
  await build({ ...optionsOf(order), entryPoints, plugins: [nodeBuiltins, englishOnly] });
  if (order.document) await describe(order.directory, order.document);
}

async function describe(directory: string, module: string): Promise<void> {
  const { openApiDocument } = (await import(pathToFileURL(module).href)) as {
    openApiDocument: () => object;
  };
  writeFileSync(join(directory, "openapi.json"), JSON.stringify(openApiDocument()));
}

function entryOf(file: string) {
  return { in: file, out: parse(file).name };
}

function optionsOf({ directory, tasks, keepNames }: BundleOrder) {
  return {
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
    keepNames,
    platform: "node",
    target: "node24",
    format: "esm",
    banner: { js: BANNER },
    metafile: true,
    logLevel: "error",
  } satisfies BuildOptions;
}

/** Does any file but zod's own and ours, which asks for English, speak of them? */
function mentionsLocales({ inputs }: Metafile): boolean {
  return (
    Object.keys(inputs)
      .filter((path) => !/^[^./]*:/.test(path))
      // Whole paths: installed beside us, zod has no node_modules in its path from here.
      .map((path) => resolve(ROOT, path))
      .filter((path) => !/[\\/]node_modules[\\/]zod[\\/]/.test(path) && !isOwnCode(ROOT, path))
      .some((path) => /\blocales\b/.test(readFileSync(path, "utf8")))
  );
}
