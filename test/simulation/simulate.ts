/**
 * One simulated run: the rules and the functions' code on simulated ports, under faults, then
 * without, then judged. The seed determines everything.
 */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { bandOf } from "../../core/bands.ts";
import { type Config, DEFAULT_CONFIG } from "../../core/config.ts";
import { isTerminal } from "../../core/future.ts";
import { DEFAULT_POOL, type Pool } from "../../core/pools.ts";
import type { TaskMessage } from "../../core/ports.ts";
import { createSettler } from "../../functions/settler/handler.ts";
import { createSweeper, type SweeperEvent } from "../../functions/sweeper/handler.ts";
import { createHeart } from "../../worker/heart.ts";
import { createPermitHandler } from "../../worker/permitHandler.ts";
import { MemoryStore } from "../support/memoryStore.ts";
import { queueKey } from "../support/queueKey.ts";
import { History } from "./history.ts";
import { judge } from "./judge.ts";
import { type MakePorts, SimulatedFunction, startMapping } from "./lambda.ts";
import { type Environment, type Faults, NO_FAULTS } from "./process.ts";
import { Random } from "./random.ts";
import { type QueueFaults, SimulatedQueues, TRUTHFUL } from "./simulatedQueues.ts";
import { makeWorker, TIMEOUT_SECONDS } from "./work.ts";
import { OTHER_POOL, Workload } from "./workload.ts";
import { World } from "./world.ts";

export interface Outcome {
  seed: number;
  violations: readonly string[];
  /** Futures that were accepted. */
  futures: number;
  deaths: number;
  failures: number;
  /** Moments at which processes died, such as `after store.update`. */
  deathPoints: ReadonlySet<string>;
  timeline: (id: string) => string[];
}

export interface SimulationOptions {
  /** @default drawn from the seed */
  faults?: Faults;
  queueFaults?: QueueFaults;
  /** Things that callers do. @default 20 to 60 */
  operations?: number;
}

const MINUTE_MS = 60_000;
/** Faults go on for so long after the last call was answered. */
const TROUBLE_MS = 2 * MINUTE_MS;
/** Everything has settled so long after the last fault, or never will: dead letters take long. */
const DRAIN_MS = 6 * 60 * MINUTE_MS;

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Outcome> {
  const random = new Random(seed);
  const world = new World();
  const env: Environment = {
    world,
    random,
    faults: options.faults ?? drawFaults(random),
    deaths: new Map(),
    calls: new Set(),
    failures: 0,
    pauses: 0,
  };
  const config: Config = {
    ...DEFAULT_CONFIG,
    pools: drawPools(random),
    leaseSeconds: 15,
    // Small ones, so that a handful of members makes a tree and is dealt with in pages.
    leafSize: random.pick([1, 2, 3, 64]),
    pageSize: random.pick([1, 2, 3, 250]),
    inlineWatchers: random.pick([0, 1, 2, 32]),
  };
  const store = new MemoryStore();
  const history = new History(world);
  const queues = new SimulatedQueues(world, random, {
    bands: config.bands.length,
    maxReceives: random.pick([6, 20, 1000]),
  });
  queues.faults = options.queueFaults ?? drawQueueFaults(random);
  let ids = 0;
  const base = { config, store, queues, newId: () => `id-${++ids}` };
  const makePorts: MakePorts = (process) => process.ports(base);
  startFunctions(env, config, queues, makePorts, history);

  const workload = new Workload(env, makePorts, history);
  store.onWrite = (after, before) => {
    history.wrote(after, before);
    const known = workload.known.get(after.id);
    if (known && isTerminal(after)) known.settled = true;
  };
  watchBands(config, queues, workload, history);
  let answered = false;
  void workload.run(options.operations ?? random.whole(20, 60), 2 * MINUTE_MS).then(() => {
    answered = true;
  });
  await world.run(world.now + 30 * MINUTE_MS, () => answered);
  await world.run(world.now + TROUBLE_MS);
  env.faults = NO_FAULTS;
  queues.faults = TRUTHFUL;
  // What was not accepted need not settle, but an aggregate that is stored must.
  const known = [...workload.known.values()].filter((each) => each.accepted);
  await world.run(
    world.now + DRAIN_MS,
    () => known.every((each) => each.settled) && queues.isDrained(),
  );

  const deaths = [...env.deaths.values()].reduce((sum, each) => sum + each, 0);
  const mishaps = deaths + env.failures + env.pauses;
  if (!queues.isDrained()) history.violation(6, "the queues", "messages are left for ever");
  await judge({ store, config, history, known: workload.known, mishaps });
  return {
    seed,
    violations: history.violations,
    futures: [...workload.known.values()].filter((each) => each.accepted).length,
    deaths,
    failures: env.failures,
    deathPoints: new Set(env.deaths.keys()),
    timeline: (id) => history.timeline(id),
  };
}

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** Worker, settler and sweeper with what triggers them. */
function startFunctions(
  env: Environment,
  config: Config,
  queues: SimulatedQueues,
  makePorts: MakePorts,
  history: History,
): void {
  const workerTimeout = TIMEOUT_SECONDS + 75;
  for (const { name: pool, slots, reserved } of config.pools) {
    const worker = new SimulatedFunction<SQSEvent, SQSBatchResponse>(
      env,
      (process) => {
        const ports = makePorts(process);
        return { ...ports, config: { ...ports.config, pool } };
      },
      (ports, process) =>
        createPermitHandler({
          ports,
          worker: makeWorker(ports, process, (id, attempt) => history.started(id, attempt)),
          heart: createHeart(ports, () => process.die()),
          loggerFor: () => SILENT,
          reservedQueue: queueKey({ permits: "reserved", pool }),
        }),
      workerTimeout * 1000,
    );
    const common = { batchSize: 1, visibilitySeconds: workerTimeout };
    const queue = { permits: "any" as const, pool };
    startMapping(env, queues, worker, { ...common, queue, concurrency: slots });
    if (!reserved) continue;
    const kept = { permits: "reserved" as const, pool };
    startMapping(env, queues, worker, { ...common, queue: kept, concurrency: reserved.slots });
  }
  const settler = new SimulatedFunction<SQSEvent, SQSBatchResponse>(
    env,
    makePorts,
    (ports) => createSettler(ports, SILENT),
    60_000,
  );
  startMapping(env, queues, settler, {
    queue: "settle",
    batchSize: 10,
    concurrency: 2,
    visibilitySeconds: 360,
  });
  const sweeper = new SimulatedFunction<SweeperEvent, unknown>(
    env,
    makePorts,
    (ports) => createSweeper(ports, SILENT),
    60_000,
  );
  const sweep = () => {
    void sweeper.invoke({});
    env.world.after(MINUTE_MS, sweep);
  };
  env.world.after(MINUTE_MS, sweep);
}

/** Promise 7: a task's message goes to the band of a priority that it was given, and to no other. */
function watchBands(
  config: Config,
  queues: SimulatedQueues,
  workload: Workload,
  history: History,
): void {
  queues.onSend = (queue, body) => {
    if (typeof queue === "string" || !("band" in queue)) return;
    const { id } = body as TaskMessage;
    if (queue.pool !== (workload.known.get(id)?.pool ?? DEFAULT_POOL)) {
      history.violation(7, id, `it was sent to pool ${queue.pool}`);
    }
    history.note(id, `a message goes to band ${queue.band}`);
    const allowed = workload.known.get(id)?.priorities.map((each) => bandOf(each, config.bands));
    if (allowed && !allowed.includes(queue.band)) {
      history.violation(7, id, `it was sent to band ${queue.band}`);
    }
  };
}

/** One pool or two, some with slots that the top bands have to themselves. */
function drawPools(random: Random): Pool[] {
  const draw = (name: string): Pool => {
    const reserved = { slots: random.whole(1, 2), through: random.whole(0, 2) };
    return { name, slots: random.whole(1, 3), ...(random.chance(0.5) ? { reserved } : {}) };
  };
  return [draw(DEFAULT_POOL), draw(OTHER_POOL)];
}

function drawFaults(random: Random): Faults {
  const upTo = (most: number) => (random.chance(0.3) ? 0 : random.next() * most);
  return { death: upTo(0.02), lostAnswer: upTo(0.03), failedCall: upTo(0.03), pause: upTo(0.01) };
}

function drawQueueFaults(random: Random): QueueFaults {
  const upTo = (most: number) => (random.chance(0.3) ? 0 : random.next() * most);
  return { falseEmpty: upTo(0.4), duplicate: upTo(0.1), lost: 0 };
}
