/**
 * The embedded cloud for a measurement: fresh, with the examples' tasks, stopped at the end.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Forerun } from "../client/index.ts";
import { type SynthesizeOptions, synthesize } from "../infra/synthesize.ts";
import { type Cloud, type CloudOptions, startCloud } from "../local/index.ts";

export interface Bench {
  cloud: Cloud;
  forerun: Forerun;
}

export async function withCloud<T>(
  options: SynthesizeOptions & Pick<CloudOptions, "interceptors">,
  measure: (bench: Bench) => Promise<T>,
): Promise<T> {
  const { interceptors = [], ...synthesis } = options;
  const outdir = mkdtempSync(join(tmpdir(), "forerun-bench-"));
  const assembly = () => synthesize({ ...synthesis, outdir }).directory;
  const cloud = await startCloud({ assembly, interceptors });
  const stop = () => void cloud.stop().then(() => process.exit(130));
  process.once("SIGINT", stop);
  try {
    return await measure({ cloud, forerun: new Forerun({ endpoint: cloud.endpoint }) });
  } finally {
    process.off("SIGINT", stop);
    await cloud.stop();
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** Starts a process for every slot, so that no cold start is measured. */
export async function warmUp({ forerun }: Bench, slots: number): Promise<void> {
  const calls = Array.from({ length: slots * 2 }, () => ({
    task: "sleep",
    input: { milliseconds: 300 },
    priority: 0,
  }));
  const handles = await forerun.submitBatch(calls);
  await Promise.all(handles.map((handle) => handle.result()));
}
