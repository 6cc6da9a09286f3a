/**
 * The deployment under test: one template and one table, over several lives of the cloud.
 */
import { randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { synthesize } from "../../infra/synthesize.ts";
import type { FaultKind, FaultRates } from "../../local/index.ts";
import { temporaryRoot } from "../../local/process/dataDirectory.ts";
import type { Files } from "./chronicle.ts";
import { CloudHost } from "./cloudHost.ts";
import type { HostSettings, Question, Ready, Status } from "./protocol.ts";

const TASKS = fileURLToPath(new URL("./tasks.ts", import.meta.url));

/** Short, so that the work of a dead process soon goes on. */
const LEASE_SECONDS = 3;

export class Deployment {
  readonly files: Files;
  ready: Ready;
  /** When the current life began. */
  begunAt = Date.now();
  lives = 1;
  readonly #directory: string;
  readonly #settings: HostSettings;
  #host: CloudHost;
  /** Faults of the lives before this one. */
  readonly #faults: Partial<Record<FaultKind, number>> = {};

  private constructor(
    directory: string,
    settings: HostSettings,
    files: Files,
    { host, ready }: { host: CloudHost; ready: Ready },
  ) {
    this.#directory = directory;
    this.#settings = settings;
    this.files = files;
    this.#host = host;
    this.ready = ready;
  }

  static async start(options: {
    slots: number;
    seed: number;
    rates: FaultRates;
  }): Promise<Deployment> {
    const { slots, seed, rates } = options;
    const directory = mkdtempSync(join(temporaryRoot(), "forerun-chaos-"));
    try {
      const { directory: assembly } = synthesize({
        ...{ tasks: TASKS, slots, leaseSeconds: LEASE_SECONDS },
        outdir: join(directory, "cdk.out"),
      });
      const files = {
        writes: join(directory, "writes.jsonl"),
        effects: join(directory, "effects.jsonl"),
      };
      const settings = {
        ...{ assembly, seed, rates, writes: files.writes },
        data: join(directory, "data"),
        port: await freePort(),
      };
      return new Deployment(directory, settings, files, await CloudHost.start(settings));
    } catch (error) {
      rmSync(directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Process id of the cloud. */
  get pid(): number {
    return this.#host.pid;
  }

  ask<T>(ask: Question): Promise<T | undefined> {
    return this.#host.ask<T>(ask);
  }

  /** Undefined while it is down. */
  async status(): Promise<Status | undefined> {
    const status = await this.ask<Status>({ do: "status" });
    if (!status) return undefined;
    for (const [kind, count] of Object.entries(this.#faults)) {
      status.faults[kind as FaultKind] += count;
    }
    return status;
  }

  /** Kills the whole cloud and starts it again after a while (milliseconds). */
  async restart(after: number): Promise<void> {
    const status = await this.status();
    Object.assign(this.#faults, status?.faults);
    await this.#host.kill();
    await sleep(after);
    this.lives += 1;
    // Another seed: the same one would hit the first requests of each life alike.
    const seed = this.#settings.seed + this.lives;
    const { host, ready } = await CloudHost.start({ ...this.#settings, seed });
    this.#host = host;
    this.ready = ready;
    this.begunAt = Date.now();
  }

  async stop(): Promise<void> {
    await this.#host.kill();
    rmSync(this.#directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/**
 * The same for all lives, since callers know one address. It lies below those that systems give to
 * connections, so that nobody else takes it while the cloud is down.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
