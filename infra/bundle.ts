/**
 * Bundles the functions with esbuild: one directory each, with everything in it, so that what runs
 * on AWS is what was tested.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigurationError } from "../core/errors.ts";
import type { Manifest } from "../core/wire.ts";
import type { BundleOrder } from "./build-bundles.ts";
import { moduleFile } from "./moduleFile.ts";

const BUILD = moduleFile("./build-bundles", import.meta.url);

export const FUNCTIONS = ["api", "wait", "worker", "settler", "sweeper"] as const;

export type FunctionName = (typeof FUNCTIONS)[number];

/** What a function's code starts with, besides `index`. */
const THREADS: Partial<Record<FunctionName, string[]>> = { worker: ["heartbeat-thread"] };

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
  const directories = Object.fromEntries(
    FUNCTIONS.map((name) => [name, resolve(directory, name)]),
  ) as Record<FunctionName, string>;
  build(
    FUNCTIONS.map((name) => ({
      directory: directories[name],
      files: ["index", ...(THREADS[name] ?? [])].map((file) =>
        moduleFile(`../functions/${name}/${file}`, import.meta.url),
      ),
      tasks: resolve(tasks),
      keepNames: name === "worker",
      ...(name === "api"
        ? { document: moduleFile("../functions/http/document", import.meta.url) }
        : {}),
    })),
  );
  mkdirSync(directories.api, { recursive: true });
  writeFileSync(join(directories.api, "manifest.json"), JSON.stringify(manifest));
  return directories;
}

/** @throws ConfigurationError with what esbuild says */
function build(orders: BundleOrder[]): void {
  try {
    execFileSync(process.execPath, ["--no-warnings", BUILD, JSON.stringify(orders)], {
      encoding: "utf8",
      stdio: ["ignore", "ignore", "pipe"],
    });
  } catch (cause) {
    const said = String((cause as { stderr?: unknown }).stderr ?? "").trim();
    throw new ConfigurationError(`The functions cannot be bundled: ${said}`, { cause });
  }
}
