/**
 * A deployment in virtual time, for tests of flows: the rules and the functions' code on simulated
 * ports, without faults unless a test asks for them.
 */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { type Config, DEFAULT_CONFIG } from "../../core/config.ts";
import { type FutureRecord, isTerminal } from "../../core/future.ts";
import { DEFAULT_POOL } from "../../core/pools.ts";
import type { Ports, Written } from "../../core/ports.ts";
import { submit } from "../../core/usecases/submit.ts";
import { createSettler } from "../../functions/settler/handler.ts";
import { createSweeper, type SweeperEvent } from "../../functions/sweeper/handler.ts";
import { createHeart } from "../../worker/heart.ts";
import { createPermitHandler } from "../../worker/permitHandler.ts";
import type { Worker } from "../../worker/worker.ts";
import { MemoryObjects } from "../support/memoryObjects.ts";
import { MemoryStore } from "../support/memoryStore.ts";
import { CrashPoints } from "./crashPoints.ts";
import type { Environment } from "./environment.ts";
import { Faults } from "./faults.ts";
import { History } from "./history.ts";
import { SimulatedFunction } from "./lambda.ts";
import { startMapping } from "./mapping.ts";
import { SimulatedProcess } from "./process.ts";
import { portsOf } from "./processPorts.ts";
import { Random } from "./random.ts";
import { SimulatedNotices } from "./simulatedNotices.ts";
import { SimulatedQueues } from "./simulatedQueues.ts";
import { World } from "./world.ts";

export interface SandboxOptions {
  /** @default 1 */
  seed?: number;
  slots?: number;
  config?: Partial<Config>;
  /** Seconds for which the mapping hides a permit. @default 900, the function's timeout */
  permitSeconds?: number;
  /** Seconds between two runs of the sweeper. @default 60 */
  sweepSeconds?: number;
  /** Whether a worker dies in the moment in which it has written this. */
  crashAfter?: (after: FutureRecord, before: FutureRecord | undefined) => boolean;
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const WORKER_TIMEOUT_SECONDS = 900;

/** @param makeWorker the tasks; its ports tell the virtual time */
export class Sandbox {
  readonly world = new World();
  readonly store = new MemoryStore();
  readonly objects = new MemoryObjects();
  readonly queues: SimulatedQueues;
  /** A caller's ports. */
  readonly ports: Ports;
  /** Worker processes that live. */
  readonly workers = new Set<SimulatedProcess>();
  readonly #env: Environment;
  readonly #worker: SimulatedFunction<SQSEvent, SQSBatchResponse>;

  constructor(makeWorker: (ports: Ports) => Worker, options: SandboxOptions = {}) {
    const random = new Random(options.seed ?? 1);
    this.#env = {
      world: this.world,
      random,
      faults: new Faults(random, {}),
      history: new History(this.world),
      crashPoints: new CrashPoints(),
      acting: undefined,
      calledAt: 0,
    };
    const slots = options.slots ?? 50;
    const config: Config = {
      ...DEFAULT_CONFIG,
      pools: [{ name: DEFAULT_POOL, slots }],
      leaseSeconds: 15,
      cancelSeconds: 0.05,
      ...options.config,
    };
    this.queues = new SimulatedQueues(this.#env, { maxReceives: 1000 });
    let ids = 0;
    const behind = {
      config,
      store: this.store.table,
      objects: this.objects.bucket,
      queues: this.queues,
      notices: new SimulatedNotices(),
      newId: () => `id-${++ids}`,
    };
    const makePorts = (process: SimulatedProcess) => portsOf(process, behind);
    this.ports = makePorts(new SimulatedProcess(this.#env, "a caller"));
    const worker = new SimulatedFunction<SQSEvent, SQSBatchResponse>(this.#env, {
      name: "worker",
      makePorts,
      load: (ports, process) => {
        this.workers.add(process);
        return createPermitHandler({
          ports: options.crashAfter
            ? mortal(ports, process, this.store, options.crashAfter)
            : ports,
          worker: makeWorker(ports),
          heart: createHeart(ports, () => process.die()),
          loggerFor: () => SILENT,
        });
      },
      timeoutMs: WORKER_TIMEOUT_SECONDS * 1000,
    });
    this.#worker = worker;
    startMapping(this.#env, this.queues, worker, {
      queue: { permits: "any", pool: DEFAULT_POOL },
      batchSize: 1,
      concurrency: slots,
      visibilitySeconds: options.permitSeconds ?? WORKER_TIMEOUT_SECONDS,
    });
    const settler = new SimulatedFunction<SQSEvent, SQSBatchResponse>(this.#env, {
      name: "settler",
      makePorts,
      load: (ports) => createSettler(ports, SILENT),
      timeoutMs: 60_000,
    });
    startMapping(this.#env, this.queues, settler, {
      queue: "settle",
      batchSize: 10,
      concurrency: 4,
      visibilitySeconds: 360,
    });
    const sweeper = new SimulatedFunction<SweeperEvent, unknown>(this.#env, {
      name: "sweeper",
      makePorts,
      load: (ports) => createSweeper(ports, SILENT),
      timeoutMs: 60_000,
    });
    const sweepMs = (options.sweepSeconds ?? 60) * 1000;
    const sweep = () => {
      void sweeper.invoke({});
      this.world.after(sweepMs, sweep);
    };
    this.world.after(sweepMs, sweep);
  }

  /** Worker processes that run an invocation: each costs by the millisecond, and holds a slot. */
  get busyWorkers(): number {
    return this.#worker.running;
  }

  /** Submits a task while time goes on. */
  async submit(task: string, input: unknown, id?: string, priority = 5): Promise<string> {
    const text = JSON.stringify(input ?? null);
    const request = { task, input: text, priority, ...(id === undefined ? {} : { id }) };
    return (await this.during(submit(this.ports, request))).id;
  }

  /** Lets time go on until the call has its answer. */
  async during<T>(call: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    call.then(end, end);
    await this.world.run(this.world.now + 60_000, () => ended);
    return call;
  }

  /** Lets time go on until the futures have settled, or the time is over. */
  async settled(ids: readonly string[], seconds = 3600): Promise<FutureRecord[]> {
    const records = () => Promise.all(ids.map((id) => this.store.read(id)));
    let all: (FutureRecord | undefined)[] = [];
    const until = this.world.now + seconds * 1000;
    while (this.world.now < until) {
      await this.world.run(Math.min(until, this.world.now + 1000));
      all = await records();
      if (all.every((each) => each && isTerminal(each))) break;
    }
    return all as FutureRecord[];
  }
}

/** Ports whose process dies after a write of a future, before it hears of it. */
function mortal(
  ports: Ports,
  process: SimulatedProcess,
  store: MemoryStore,
  crashAfter: NonNullable<SandboxOptions["crashAfter"]>,
): Ports {
  const update: Ports["store"]["update"] = async (id, when, change) => {
    const before = await store.read(id);
    const written = await ports.store.update(id, when, change);
    return written.applied ? survived(written, before) : written;
  };
  const insert: Ports["store"]["insert"] = async (record) => {
    const written = await ports.store.insert(record);
    return written.applied ? survived(written, undefined) : written;
  };
  const survived = async (written: Written & { applied: true }, before?: FutureRecord) => {
    if (!crashAfter(written.record, before)) return written;
    process.die();
    return new Promise<never>(() => {});
  };
  const own = { update, insert };
  const wrapped = new Proxy(ports.store, {
    get: (target, name) => Reflect.get(own, name) ?? Reflect.get(target, name),
  });
  return { ...ports, store: wrapped };
}
