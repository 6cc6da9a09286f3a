/**
 * A deployment on the embedded cloud, for one file of tests.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Forerun } from "../../../client/index.ts";
import { type SynthesizeOptions, synthesize } from "../../../infra/synthesize.ts";
import { type Cloud, startCloud, total } from "../../../local/index.ts";

export const TASKS = fileURLToPath(new URL("./tasks.ts", import.meta.url));

export interface Deployment {
  cloud: Cloud;
  forerun: Forerun;
  /** Writes that were applied, and sends, so far: what a refused request must not raise. */
  traces(): { writes: number; sends: number };
  stop(): Promise<void>;
}

export function deploy(options: SynthesizeOptions = {}): Promise<Deployment> {
  return deployApp(
    (outdir) => synthesize({ tasks: TASKS, slots: 4, ...options, outdir }).directory,
  );
}

/** @param app synthesizes to the directory, and gives that of the assembly */
export async function deployApp(app: (outdir: string) => string): Promise<Deployment> {
  const outdir = mkdtempSync(join(tmpdir(), "forerun-e2e-"));
  const cloud = await startCloud({ assembly: () => app(outdir) });
  return {
    cloud,
    forerun: new Forerun({ endpoint: cloud.endpoint }),
    traces() {
      const snapshot = cloud.requests.snapshot();
      const applied = (operation: string) => {
        const { requests, errors } = total(snapshot, { operation });
        return requests - errors;
      };
      return {
        writes: applied("PutItem") + applied("UpdateItem"),
        sends: applied("SendMessage") + applied("SendMessageBatch"),
      };
    },
    async stop() {
      await cloud.stop();
      rmSync(outdir, { recursive: true, force: true });
    },
  };
}
