/**
 * Sizes of a function's bundle: what is loaded at its start, and what only when it is needed.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

export interface BundleSizes {
  /** The entry and all that it imports statically. */
  files: ReadonlySet<string>;
  /** Bytes of them. */
  atStart: number;
  /** The same, compressed file by file. */
  gzipped: number;
  /** Bytes that a thread loads for itself, besides. */
  thread: number;
  /** Bytes of code that neither loads at its start. */
  later: number;
}

const ENTRY = "index.mjs";

/** What the worker starts in a thread of its own. */
const THREAD = "heartbeat-thread.mjs";

export function sizesOf(directory: string): BundleSizes {
  const files = readdirSync(directory).filter((each) => each.endsWith(".mjs"));
  const entry = loadedWith(directory, ENTRY);
  const thread = files.includes(THREAD) ? loadedWith(directory, THREAD) : new Set<string>();
  const later = files.filter((each) => !entry.has(each) && !thread.has(each));
  const sum = (names: Iterable<string>) =>
    [...names].reduce((all, each) => all + statSync(join(directory, each)).size, 0);
  const gzipped = [...entry].reduce(
    (all, each) => all + gzipSync(readFileSync(join(directory, each))).length,
    0,
  );
  return { files: entry, atStart: sum(entry), gzipped, thread: sum(thread), later: sum(later) };
}

/** The file and those that it imports statically, at any depth. */
function loadedWith(directory: string, file: string): Set<string> {
  // esbuild reads imports as they are meant; a search by pattern would find those in texts.
  const { metafile } = buildSync({
    entryPoints: [file],
    absWorkingDir: directory,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    outdir: "out",
    logLevel: "error",
  });
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const { path, kind, external } of metafile.inputs[name]?.imports ?? []) {
      if (kind === "import-statement" && !external) visit(path);
    }
  };
  visit(file);
  return found;
}
