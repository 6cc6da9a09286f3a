/**
 * `npm run bench -- cold-start`: how large is each function's bundle, and how long does its process
 * take until it can answer?
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize } from "../infra/synthesize.ts";
import { bundleBootstrap } from "../local/lambda/bundleBootstrap.ts";
import { environmentOf } from "../local/lambda/environment.ts";
import { readAssembly } from "../local/template/assembly.ts";
import { readBlueprint } from "../local/template/blueprint.ts";
import type { FunctionSpec } from "../local/template/readFunction.ts";
import { sizesOf } from "./bundleSizes.ts";
import { type Start, startOnce } from "./startProcess.ts";
import { percentile } from "./statistics.ts";

const RUNS = 10;

const MAX_BYTES = 700 * 1000;
const MAX_READY_MS = 150;

/** Nobody waits for the others: queues and a clock start them. */
const WITH_TARGETS: ReadonlySet<string> = new Set(["api", "worker"]);

/** Nothing is called before a function is ready, so nothing need listen there. */
const NOWHERE = "http://127.0.0.1:9";

export async function coldStart() {
  const directory = mkdtempSync(join(tmpdir(), "forerun-bench-"));
  try {
    const assembly = readAssembly(synthesize({ outdir: join(directory, "cdk.out") }).directory);
    const { functions } = readBlueprint(assembly, { gateway: NOWHERE, api: NOWHERE });
    const bootstrap = bundleBootstrap(directory);
    const rows = [];
    const [first] = functions;
    if (first) rows.push(await measure(bareOf(first, directory), bootstrap));
    for (const spec of functions) rows.push(await measure(spec, bootstrap));
    return {
      note: "times are of this machine, in ms from fork to ready: median, 95th percentile, and median processor time, which other load distorts less",
      targets: `api and worker: < ${MAX_BYTES} bytes before compression, ready within ${MAX_READY_MS} ms (median)`,
      runs: RUNS,
      functions: rows,
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A function that does nothing: what Node itself takes of the time. */
function bareOf(spec: FunctionSpec, parent: string): FunctionSpec {
  const directory = join(parent, "bare");
  mkdirSync(directory);
  writeFileSync(join(directory, "index.mjs"), "export const handler = () => {};");
  return { ...spec, label: "(nothing)", directory };
}

async function measure(spec: FunctionSpec, bootstrap: string) {
  const name = spec.label.toLowerCase().replace(/^forerun/, "");
  const { atStart, gzipped, thread, later } = sizesOf(spec.directory);
  const environment = environmentOf(spec, "bench", NOWHERE);
  const starts: Start[] = [];
  // The first start fills the file system's cache.
  await startOnce(spec, bootstrap, environment);
  for (let run = 0; run < RUNS; run += 1) {
    starts.push(await startOnce(spec, bootstrap, environment));
  }
  const times = starts.map(({ ready }) => ready);
  const p50 = percentile(times, 0.5);
  const holds = atStart < MAX_BYTES && p50 <= MAX_READY_MS;
  return {
    name,
    bytes: atStart,
    gzipped,
    thread: thread,
    later: later,
    p50: Math.round(p50),
    p95: Math.round(percentile(times, 0.95)),
    cpu: Math.round(
      percentile(
        starts.map(({ cpu }) => cpu),
        0.5,
      ),
    ),
    "targets hold": WITH_TARGETS.has(name) ? (holds ? "yes" : "NO") : "-",
  };
}
