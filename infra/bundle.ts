/**
 * Bundles the functions with esbuild: one directory each, with everything in it, so that what runs
 * on AWS is what was tested.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import type { Manifest } from "../core/wire.ts";
import { moduleFile } from "./moduleFile.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

export const FUNCTIONS = ["api", "wait", "worker", "settler", "sweeper"] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

/** Parts of bundles that are CommonJS call `require`, which a module does not have. */
const BANNER = [
  'import { createRequire as __createRequire } from "node:module";',
  "const require = __createRequire(import.meta.url);",
].join("\n");

/**
 * Writes the bundles of all functions below a directory.
 * @param tasks path of the user's tasks file, which becomes part of the worker
 * @returns the directory of each function's code
 */
export function bundle(
  directory: string,
  tasks: string,
  manifest: Manifest,
): Record<FunctionName, string> {
  const entryPoints = FUNCTIONS.map((name) => ({
    in: moduleFile(`../functions/${name}/index`, import.meta.url),
    out: join(name, "index"),
  }));
  buildSync({
    entryPoints: [
      ...entryPoints,
      {
        in: moduleFile("../functions/worker/heartbeat-thread", import.meta.url),
        out: join("worker", "heartbeat-thread"),
      },
    ],
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    absWorkingDir: ROOT,
    alias: { "#tasks": resolve(tasks) },
    bundle: true,
    minify: true,
    // Names of errors and tasks' functions are data that people read.
    keepNames: true,
    platform: "node",
    target: "node24",
    format: "esm",
    banner: { js: BANNER },
    logLevel: "error",
  });
  const directories = Object.fromEntries(
    FUNCTIONS.map((name) => [name, join(directory, name)]),
  ) as Record<FunctionName, string>;
  const file = join(directories.api, "manifest.json");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(manifest));
  return directories;
}
