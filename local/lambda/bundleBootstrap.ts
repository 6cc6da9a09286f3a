/**
 * Turns the bootstrap into plain JavaScript, once: a process that starts from TypeScript takes
 * twice the time.
 */
import { join } from "node:path";
import { buildSync } from "esbuild";
import { moduleFile } from "../../infra/moduleFile.ts";

/** @returns the file to start a function's process with */
export function bundleBootstrap(directory: string): string {
  const outfile = join(directory, "bootstrap.mjs");
  buildSync({
    entryPoints: [moduleFile("./bootstrap", import.meta.url)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
  });
  return outfile;
}
