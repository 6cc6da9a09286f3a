/**
 * One simulated run: the rules and the functions' code on simulated ports, under faults, then
 * without, then judged. The seed determines everything.
 */
import { DEFAULT_BANDS } from "../../core/bands.ts";
import { type Config, DEFAULT_CONFIG } from "../../core/config.ts";
import { DEFAULT_POOL, type Pool } from "../../core/pools.ts";
import { MemoryObjects } from "../support/memoryObjects.ts";
import { MemoryStore } from "../support/memoryStore.ts";
import { MemoryTable } from "../support/memoryTable.ts";
import { type CrashPoint, CrashPoints } from "./crashPoints.ts";
import { DirectedDeaths, pointOf } from "./directed.ts";
import type { Environment } from "./environment.ts";
import { drawRates, type FaultKind, Faults, type Rates } from "./faults.ts";
import { startFunctions } from "./functions.ts";
import { History, type Violation } from "./history.ts";
import { Judge } from "./judge/judge.ts";
import { PauseBook } from "./judge/pauses.ts";
import { leadTo } from "./leads.ts";
import type { Mapping } from "./mapping.ts";
import { methodsOf, portsOf } from "./processPorts.ts";
import { Random } from "./random.ts";
import type { Sabotage } from "./sabotage/sabotage.ts";
import { SimulatedNotices } from "./simulatedNotices.ts";
import { SimulatedQueues } from "./simulatedQueues.ts";
import { lookAround } from "./workload/looking.ts";
import { pickFrom } from "./workload/operations.ts";
import { OTHER_POOL } from "./workload/tasks.ts";
import { Workload } from "./workload/workload.ts";
import { World } from "./world.ts";

export interface Outcome {
  seed: number;
  violations: readonly Violation[];
  /** Tasks and futures that were accepted. */
  tasks: number;
  futures: number;
  faults: ReadonlyMap<FaultKind, number>;
  crashPoints: CrashPoints;
  /** The crash point that the seed was told: how often processes came there, and how many died. */
  directed?: CrashPoint & { visits: number; deaths: number };
  history: History;
}

export interface SimulationOptions {
  /** @default drawn from the seed */
  rates?: Rates;
  /** Things that callers do. @default 40 to 120 */
  operations?: number;
  /** A protection that is taken away. */
  sabotage?: Sabotage | undefined;
  /** Whether callers submit coroutines as well. @default false */
  coroutines?: boolean | undefined;
}

const MINUTE_MS = 60_000;
/** Faults go on for so long after the last call was answered. */
const TROUBLE_MS = 2 * MINUTE_MS;
/** Everything has settled so long after the last fault, or never will: dead letters take long. */
const DRAIN_MS = 6 * 60 * MINUTE_MS;

export async function simulate(seed: number, options: SimulationOptions = {}): Promise<Outcome> {
  const random = new Random(seed);
  const point = options.rates === undefined ? pointOf(seed) : undefined;
  const lead = point ? leadTo(point, options.coroutines) : {};
  const directed = point && new DirectedDeaths(seed, point, lead.always);
  const env = makeEnvironment(random, options.rates, directed, lead.rates);
  const { world } = env;
  const config = {
    ...drawConfig(random),
    // With every second seed a large value goes to the bucket.
    objectBytes: random.chance(0.5) ? 400 : DEFAULT_CONFIG.objectBytes,
    ...lead.config,
  };
  const store = new MemoryStore();
  const maxReceives = random.pick([6, 20, 1000]);
  const queues = new SimulatedQueues(env, { maxReceives: lead.maxReceives ?? maxReceives });
  const notices = new SimulatedNotices();
  let ids = 0;
  const objects = new MemoryObjects();
  const behind = {
    config,
    store: store.table,
    objects: objects.bucket,
    queues,
    notices,
    newId: () => `id-${++ids}`,
  };
  const { sabotage } = options;
  const around = { env, table: store.table };
  const functions = startFunctions(env, config, {
    sweeps: !sabotage?.noSweeper,
    makePorts: (process) => {
      const ports = portsOf(process, behind);
      return sabotage?.ports?.(ports, around) ?? ports;
    },
    wrapMapping: (queue) => sabotage?.mapping?.(queue, queues) ?? queues,
  });
  const workload = new Workload(env, functions, { config, table: store.table, queues });
  const { known } = workload;
  const mappings = new Map<string, Mapping>();
  const judge = new Judge(
    { env, config, store, objects, known, pauses: new PauseBook(world) },
    queues,
    mappings,
  );
  notices.onPublish = (id) => judge.notified(id);
  functions.start(judge, mappings);

  const operations = options.operations ?? random.whole(40, 120);
  const milliseconds = random.pick([2000, 30_000, 2 * MINUTE_MS]);
  let over = false;
  const working = workload
    .run({ operations, milliseconds, pick: pickFrom(options.coroutines ?? false, lead.often) })
    .catch((error: unknown) => env.history.violation(0, "a caller", String(error)))
    .finally(() => {
      over = true;
    });
  await world.run(world.now + 30 * MINUTE_MS, () => over);
  if (over) await working;
  await world.run(world.now + (lead.troubleMs ?? TROUBLE_MS));
  env.faults.stop(world.now);
  await world.run(
    world.now + DRAIN_MS,
    // What lies far ahead comes to the queues in its time, whether it was accepted or not.
    () => known.unsettled() === 0 && queues.isDrained() && store.table.hasNoDue() && over,
  );
  // With messages that are lost for ever nothing more can be said.
  if (queues.isDrained() && over) {
    await during(world, lookAround(workload));
    // A sweep that was under way may have sent a permit by what it had counted before.
    await world.run(world.now + 10 * MINUTE_MS, () => queues.isDrained());
  }
  await judge.end();
  return {
    seed,
    violations: env.history.violations,
    tasks: known.all().filter(({ kind }) => kind === "task").length,
    futures: known.all().length,
    faults: env.faults.counts,
    crashPoints: env.crashPoints,
    ...(directed
      ? { directed: { ...directed.point, visits: directed.visits, deaths: directed.deaths } }
      : {}),
    history: env.history,
  };
}

/** Lets time go on until it is over. */
async function during(world: World, work: Promise<void>): Promise<void> {
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  await world.run(world.now + 30 * MINUTE_MS, () => over);
  if (over) await ended;
}

function makeEnvironment(
  random: Random,
  rates: Rates | undefined,
  directed: DirectedDeaths | undefined,
  led: Rates | undefined,
): Environment {
  const world = new World();
  const focus = rates || directed ? undefined : drawFocus(random);
  const faults = new Faults(random, rates ?? { ...drawRates(random), ...led }, { focus, directed });
  return {
    world,
    random,
    faults,
    history: new History(world),
    crashPoints: new CrashPoints(),
    acting: undefined,
    calledAt: 0,
  };
}

function drawConfig(random: Random): Config {
  return {
    ...DEFAULT_CONFIG,
    policy: random.chance(0.1) ? "strict" : "weighted",
    pools: [DEFAULT_POOL, OTHER_POOL].map((name) => drawPool(random, name)),
    leaseSeconds: 15,
    // Small ones, so that a handful of members makes a tree and is dealt with in pages.
    leafSize: random.pick([1, 2, 3, 64]),
    pageSize: random.pick([1, 2, 3, 250]),
    inlineWatchers: random.pick([0, 1, 2, 32]),
    inlineReports: random.pick([0, 1, 64]),
    limits: drawLimits(random),
  };
}

/** Some bands hold submissions back above a number of waiting tasks. */
function drawLimits(random: Random): Config["limits"] {
  const limited = DEFAULT_BANDS.filter(() => random.chance(0.3));
  return {
    waiting: Object.fromEntries(limited.map(({ name }) => [name, random.pick([1, 3, 10, 1000])])),
  };
}

/** Some pools have slots that the top bands have to themselves. */
function drawPool(random: Random, name: string): Pool {
  const reserved = { slots: random.whole(1, 2), through: random.whole(0, 2) };
  return { name, slots: random.whole(1, 3), ...(random.chance(0.5) ? { reserved } : {}) };
}

const METHODS = [
  ...methodsOf(MemoryTable.prototype).map((name) => `store.${name}`),
  ...methodsOf(SimulatedQueues.prototype).map((name) => `queues.${name}`),
  "notices.publish",
];

/** Of the runs that are told no crash point, a third: processes die more often at one port method. */
function drawFocus(random: Random): string | undefined {
  return random.chance(0.33) ? random.pick(METHODS) : undefined;
}
