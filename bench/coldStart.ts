/**
 * `npm run bench -- cold-start`: how large is each function's bundle, how long does its process take
 * until it can answer, and how long does its first call take? What is only put off from the start
 * to the first call shows in their sum.
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
import { firstCall } from "./firstCall.ts";
import { silentAws } from "./silentAws.ts";
import { type Start, startOnce } from "./startProcess.ts";
import { percentile } from "./statistics.ts";

const RUNS = 15;

const MAX_BYTES = 700 * 1000;
const MAX_READY_MS = 150;

/** Nobody waits for the others: queues and a clock start them. */
const WITH_TARGETS: ReadonlySet<string> = new Set(["api", "worker"]);

export async function coldStart() {
  const directory = mkdtempSync(join(tmpdir(), "forerun-bench-"));
  const aws = await silentAws();
  try {
    const assembly = readAssembly(synthesize({ outdir: join(directory, "cdk.out") }).directory);
    const { functions } = readBlueprint(assembly, { gateway: aws.url, api: aws.url });
    const bootstrap = bundleBootstrap(directory);
    const [first] = functions;
    const all = first ? [bareOf(first, directory), ...functions] : [];
    const starts = await startAll(all, bootstrap, aws.url);
    return {
      note: "times are of this machine, in ms: from fork to ready, of the first call, and of both (medians; of ready the least one too, and the processor time, which other load distorts less)",
      calls:
        "first: a timer is made (api), a future that does not exist is read (wait) or seen to (settler), a permit finds no task (worker), a sweep finds nothing (sweeper)",
      targets: `api and worker: < ${MAX_BYTES} bytes before compression, ready within ${MAX_READY_MS} ms (median)`,
      runs: RUNS,
      functions: [...starts].map(([spec, times]) => row(spec, times)),
    };
  } finally {
    aws.close();
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

/** In turn, so that what else the machine does falls on all of them alike. */
async function startAll(specs: readonly FunctionSpec[], bootstrap: string, gateway: string) {
  const starts = new Map<FunctionSpec, Start[]>(specs.map((spec) => [spec, []]));
  // The first start of each fills the file system's cache.
  for (let run = 0; run <= RUNS; run += 1) {
    for (const [spec, times] of starts) {
      const environment = environmentOf(spec, "bench", gateway);
      const start = await startOnce(spec, bootstrap, environment, firstCall(nameOf(spec)));
      if (run > 0) times.push(start);
    }
  }
  return starts;
}

function nameOf(spec: FunctionSpec): string {
  return spec.label.toLowerCase().replace(/^forerun/, "");
}

function row(spec: FunctionSpec, starts: readonly Start[]) {
  const name = nameOf(spec);
  const { atStart, gzipped, thread, later } = sizesOf(spec.directory);
  const times = starts.map(({ ready }) => ready);
  const holds = atStart < MAX_BYTES && percentile(times, 0.5) <= MAX_READY_MS;
  return {
    name,
    bytes: atStart,
    gzipped,
    thread,
    later,
    ready: median(times),
    least: Math.round(Math.min(...times)),
    "ready cpu": median(starts.map(({ readyCpu }) => readyCpu)),
    first: median(starts.map(({ first }) => first)),
    both: median(starts.map(({ ready, first }) => ready + first)),
    "both cpu": median(starts.map(({ cpu }) => cpu)),
    "targets hold": WITH_TARGETS.has(name) ? (holds ? "yes" : "NO") : "-",
  };
}

function median(values: readonly number[]): number {
  return Math.round(percentile(values, 0.5));
}
