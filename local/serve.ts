/**
 * What `npm start` and `forerun start` do: synthesizes the stack, runs it on this machine, shows
 * the demo, and serves until Ctrl-C.
 */
import { join, resolve } from "node:path";
import { LocalCloudError } from "./errors.ts";
import type { Cloud } from "./options.ts";
import { runDemo } from "./start/demo.ts";
import { readFlags } from "./start/flags.ts";

/**
 * Returns once it serves; the process ends by itself at Ctrl-C, or if the start fails.
 * @param name of the command, for its help
 */
export async function serve(name: string, argv: readonly string[]): Promise<void> {
  const flags = readFlags(name, argv);
  const started = performance.now();
  const log = (line: string) => console.log(`  ${line}`);

  let cloud: Cloud | undefined;
  let stopping = false;
  process.on("SIGINT", () => void end("Ctrl-C", 130));
  process.on("SIGTERM", () => void end("SIGTERM", 143));

  try {
    await run();
  } catch (error) {
    // Whatever says what to do needs no stack.
    const known = error instanceof LocalCloudError && !flags.verbose;
    if (!stopping) console.error(known ? `\n${error.message}` : error);
    await cloud?.stop();
    process.exit(1);
  }

  async function run(): Promise<void> {
    console.log("Forerun on this machine");
    // Loaded only now, so that a wrong flag is told at once.
    const { startCloud } = await import("./cloud.ts");
    const { synthesize } = await import("../infra/synthesize.ts");
    const { slots, tasks, port, verbose, auth } = flags;
    const data = resolve(flags.data);
    const assembly = () => {
      log("synthesizing the stack…");
      const outdir = join(data, "cdk.out");
      return synthesize({ slots, outdir, ...(tasks === undefined ? {} : { tasks }) }).directory;
    };
    cloud = await startCloud({ assembly, port, data, log, verbose, auth });
    log(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    console.log(`\n  ➜  ${cloud.endpoint}   (logs: ${join(flags.data, "logs")}, Ctrl-C ends it)\n`);
    log("as operator, in another terminal (doctor, dead-letters, requeue):");
    log(`${operator(cloud)} npx forerun doctor --function ${cloud.functions.fullName("Sweeper")}`);
    if (auth) {
      const { accessKeyId, secretAccessKey } = cloud.aws.credentials;
      log(`sign requests (service execute-api, region ${cloud.aws.region}) with the access key`);
      log(`${accessKeyId} and the secret ${secretAccessKey}; the demo signs none and is left out`);
    }
    if (!flags.demo || auth) return;
    const code = await runDemo(cloud.endpoint, slots);
    if (stopping) return;
    if (flags.once) return end("the demo is over", code);
    if (code !== 0) console.error(`The demo ended with exit code ${code}.`);
    console.log(`\nStill serving at ${cloud.endpoint}; Ctrl-C ends it.`);
  }

  /** The second call does not wait: what is left ends when this process does. */
  async function end(why: string, code: number): Promise<void> {
    if (stopping) process.exit(code);
    stopping = true;
    console.log(`\nStopping (${why}): running tasks have two seconds; again to end at once.`);
    await cloud?.stop();
    console.log(`Stopped. Unfinished tasks are kept in ${flags.data} and go on at the next start.`);
    process.exit(code);
  }
}

/** The environment of the SDK for whoever operates the cloud. */
function operator({ aws }: Cloud): string {
  const { accessKeyId, secretAccessKey } = aws.credentials;
  const variables = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}
