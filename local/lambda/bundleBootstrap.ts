/**
 * Turns the bootstrap into plain JavaScript, once: a process that starts from TypeScript takes
 * twice the time.
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

/** @returns the file to start a function's process with */
export function bundleBootstrap(directory: string): string {
  const outfile = join(directory, "bootstrap.mjs");
  buildSync({
    entryPoints: [fileURLToPath(new URL("./bootstrap.ts", import.meta.url))],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    logLevel: "error",
  });
  return outfile;
}
