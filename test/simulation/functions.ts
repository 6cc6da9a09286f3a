/**
 * The functions of a deployment with what triggers them: workers, settler and sweeper.
 */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Config } from "../../core/config.ts";
import { JournalConflictError } from "../../core/errors.ts";
import type { Pool } from "../../core/pools.ts";
import type { PermitQueue } from "../../core/ports.ts";
import { createSettler } from "../../functions/settler/handler.ts";
import { createSweeper, type SweeperEvent } from "../../functions/sweeper/handler.ts";
import type { OperatorEvent } from "../../functions/sweeper/operate.ts";
import { createHeart } from "../../worker/heart.ts";
import { createPermitHandler } from "../../worker/permitHandler.ts";
import { SILENT } from "../../worker/telemetry.ts";
import { queueKey } from "../support/queueKey.ts";
import type { Environment } from "./environment.ts";
import type { Judge } from "./judge/judge.ts";
import { type MakePorts, SimulatedFunction } from "./lambda.ts";
import { type Mapping, type MappingQueues, startMapping } from "./mapping.ts";
import type { SimulatedProcess } from "./process.ts";
import { TIMEOUT_SECONDS } from "./workload/surroundings.ts";
import { makeWorker } from "./workload/worker.ts";

export interface FunctionsOptions {
  makePorts: MakePorts;
  /** Whether the sweeper is started. */
  sweeps: boolean;
  /** The queues as the mapping of one sees them. */
  wrapMapping: (queue: PermitQueue | "settle") => MappingQueues;
}

const MINUTE_MS = 60_000;
/** As in infra/: seconds of the functions, and for how long a message of theirs is hidden. */
const WORKER_SECONDS = TIMEOUT_SECONDS + 75;
const SETTLER_SECONDS = 60;
const SETTLE_VISIBILITY = 120;

export interface Functions {
  makePorts: MakePorts;
  /**
   * An operator invokes the sweeper for something. Undefined: it has failed or died.
   * @param looks whether it is something that must change nothing
   */
  operate: (event: OperatorEvent, looks?: boolean) => Promise<unknown>;
  /** @param mappings is filled with those of permit queues */
  start: (judge: Judge, mappings: Map<string, Mapping>) => void;
}

export function startFunctions(
  env: Environment,
  config: Config,
  options: FunctionsOptions,
): Functions {
  const { makePorts } = options;
  const sweeper = new SimulatedFunction<SweeperEvent, unknown>(env, {
    name: "sweeper",
    makePorts,
    load: (ports) => createSweeper(ports, loggerOf(env, "sweeper")),
    timeoutMs: SETTLER_SECONDS * 1000,
  });
  return {
    makePorts,
    async operate(event, looks = false) {
      let serving: SimulatedProcess | undefined;
      const answer = await sweeper.invoke(event, (process) => {
        serving = process;
        process.looks = looks;
      });
      if (serving) serving.looks = false;
      return answer;
    },
    start(judge, mappings) {
      for (const pool of config.pools) startWorker(env, pool, options, judge, mappings);
      startSettler(env, options);
      if (!options.sweeps) return;
      const sweep = () => {
        const begun = env.world.now;
        void sweeper.invoke({}).then((report) => {
          if (report !== undefined) judge.swept(begun);
        });
        env.world.after(MINUTE_MS, sweep);
      };
      env.world.after(MINUTE_MS, sweep);
    },
  };
}

function startWorker(
  env: Environment,
  { name: pool, slots, reserved }: Pool,
  { makePorts, wrapMapping }: FunctionsOptions,
  judge: Judge,
  mappings: Map<string, Mapping>,
): void {
  const worker = new SimulatedFunction<SQSEvent, SQSBatchResponse>(env, {
    name: `worker ${pool}`,
    makePorts: (process) => {
      const ports = makePorts(process);
      return { ...ports, config: { ...ports.config, pool } };
    },
    load: (ports, process) =>
      createPermitHandler({
        ports,
        worker: makeWorker({
          ports,
          onStart: (id, attempt) => judge.started(id, attempt, process),
          witness: (id) => judge.programs.begins(id, process),
        }),
        heart: createHeart(ports, () => process.die("its heart ends it")),
        loggerFor: () => loggerOf(env, "worker"),
        // Nobody listens, but what it samples is sampled.
        telemetry: SILENT,
        reservedQueue: queueKey({ permits: "reserved", pool }),
      }),
    timeoutMs: WORKER_SECONDS * 1000,
  });
  for (const [permits, concurrency] of [
    ["any", slots],
    ["reserved", reserved?.slots ?? 0],
  ] as const) {
    const queue: PermitQueue = { permits, pool };
    const mapping = startMapping(env, wrapMapping(queue), worker, {
      queue,
      batchSize: 1,
      concurrency,
      visibilitySeconds: WORKER_SECONDS,
      onServe: (process, [permit]) => permit && judge.serves(process, permits, permit),
    });
    mappings.set(`${pool} ${permits}`, mapping);
  }
}

function startSettler(env: Environment, { makePorts, wrapMapping }: FunctionsOptions): void {
  const settler = new SimulatedFunction<SQSEvent, SQSBatchResponse>(env, {
    name: "settler",
    makePorts,
    load: (ports) => createSettler(ports, loggerOf(env, "settler")),
    timeoutMs: SETTLER_SECONDS * 1000,
  });
  startMapping(env, wrapMapping("settle"), settler, {
    queue: "settle",
    batchSize: 10,
    concurrency: 2,
    visibilitySeconds: SETTLE_VISIBILITY,
  });
}

/** Functions catch their errors and log them: any that no fault has made is a flaw of the code. */
function loggerOf(env: Environment, name: string) {
  return {
    debug() {},
    info() {},
    warn() {},
    error(_message: string, { error }: { error?: unknown } = {}) {
      if (error instanceof Error && error.message.startsWith("simulated: ")) return;
      // Two runs of a coroutine met, since one of them stood still beyond its lease.
      if (error instanceof JournalConflictError && env.faults.of("pause", "kill") > 0) return;
      env.history.violation(0, name, String(error));
    },
  };
}
