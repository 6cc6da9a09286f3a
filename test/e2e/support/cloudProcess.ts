/**
 * A deployment in a process of its own, to be killed by a test: prints where it is, and serves.
 */
import { join } from "node:path";
import { synthesize } from "../../../infra/synthesize.ts";
import { startCloud } from "../../../local/index.ts";
import { TASKS } from "./deployment.ts";

const [data = ""] = process.argv.slice(2);
const outdir = join(data, "..", "cdk.out");
const { directory } = synthesize({ tasks: TASKS, slots: 4, leaseSeconds: 3, outdir });
const cloud = await startCloud({ assembly: directory, data });
console.log(JSON.stringify({ endpoint: cloud.endpoint, assembly: directory }));
