/**
 * What a deployment is configured with, and how a function reads it from its environment.
 */
import { type Band, DEFAULT_BANDS, type ProbePolicy, validateBands } from "./bands.ts";
import { ConfigurationError } from "./errors.ts";
import { DEFAULT_POOL, type Pool, type Reserved } from "./pools.ts";

export { type Band, DEFAULT_BANDS, validateBands };

/** Everything the rules need to know of a deployment. */
export interface Config {
  /** Bands, most urgent first. */
  bands: readonly Band[];
  /** How a slot chooses the order in which it probes the bands. */
  policy: ProbePolicy;
  /** The worker pools, the default one first. */
  pools: readonly Pool[];
  /** The pool that this process works for, if it is a worker. */
  pool: string;
  /** Seconds that a claim on a task lasts without a heartbeat. */
  leaseSeconds: number;
  /**
   * Seconds within which a running task sees that its cancellation was requested; each look costs
   * half a read unit.
   */
  cancelSeconds: number;
  /** Days that a settled future is kept. */
  retentionDays: number;
  /** The longest `timeoutSeconds` that one attempt may ask for, unless its pool says otherwise. */
  maxTimeoutSeconds: number;
  /** Members whose reports one item holds; more of them make a tree of tallies. Up to 64. */
  leafSize: number;
  /** Members (or watchers) of an aggregate that one step of background work deals with. */
  pageSize: number;
  /**
   * Reports on which an aggregate was decided that stand in its own item: with 64 it stays below a
   * kilobyte or two.
   */
  inlineReports: number;
  limits: Limits;
  /** Watchers that stand in a future's own item; each adds to what every update of it costs. */
  inlineWatchers: number;
  /**
   * Bytes of UTF-8 above which an input or a result goes to the bucket: an item of the table holds
   * 400 KB. S3 is the cheaper of the two from 8 KB on, and takes 100 ms or more.
   */
  objectBytes: number;
}

/** What the API holds back. */
export interface Limits {
  /**
   * Tasks that may wait in a band, by its name: accepted, not begun, and due within 15 minutes. Above
   * it submissions to that band are answered 429. Bands without one take everything.
   */
  waiting: Readonly<Record<string, number>>;
}

/** Where the queues are. */
export type QueueResources = Omit<Resources, "table" | "bucket">;

/** Where the parts of a deployment are; read by the adapters in aws/. */
export interface Resources {
  table: string;
  /** Name of the bucket of large inputs and results. */
  bucket: string;
  /** Of each pool, the default one first. */
  pools: readonly PoolQueues[];
  /** URL of the settle queue. */
  settleQueue: string;
  /** URLs of the dead-letter queues by those of their queues; only the sweeper has them. */
  deadQueues: ReadonlyMap<string, string>;
}

/** The queues of a pool, by URL. */
export interface PoolQueues {
  name: string;
  /** In the order of the bands. */
  bands: readonly string[];
  permits: string;
  /** The permits of the reserved slots, if there are any. */
  reserved?: string;
}

export const DEFAULT_CONFIG: Config = {
  bands: DEFAULT_BANDS,
  policy: "weighted",
  pools: [{ name: DEFAULT_POOL, slots: 10 }],
  pool: DEFAULT_POOL,
  leaseSeconds: 30,
  cancelSeconds: 2,
  retentionDays: 7,
  maxTimeoutSeconds: 825,
  // 64 reports with their times stay below one write unit of 1,024 bytes.
  leafSize: 64,
  // A step of so many takes a second or two, well within the settler's time.
  pageSize: 250,
  inlineReports: 64,
  inlineWatchers: 32,
  limits: { waiting: {} },
  objectBytes: 256 * 1024,
};

type Environment = Record<string, string | undefined>;

/**
 * Reads the configuration from a function's environment.
 * @throws ConfigurationError that names the variable which is missing or wrong
 */
export function readConfig(env: Environment): Config {
  const bands = parseBands(env);
  const policy = env.FORERUN_POLICY ?? DEFAULT_CONFIG.policy;
  if (policy !== "weighted" && policy !== "strict") {
    throw new ConfigurationError(`FORERUN_POLICY is "${policy}"; use "weighted" or "strict".`);
  }
  return {
    bands,
    policy,
    pools: parsePools(env).map(toPool),
    pool: env.FORERUN_POOL || DEFAULT_CONFIG.pool,
    leaseSeconds: whole(env, "FORERUN_LEASE_SECONDS", DEFAULT_CONFIG.leaseSeconds),
    cancelSeconds: positive(env, "FORERUN_CANCEL_SECONDS", DEFAULT_CONFIG.cancelSeconds),
    retentionDays: whole(env, "FORERUN_RETENTION_DAYS", DEFAULT_CONFIG.retentionDays),
    maxTimeoutSeconds: whole(env, "FORERUN_MAX_TIMEOUT_SECONDS", DEFAULT_CONFIG.maxTimeoutSeconds),
    leafSize: DEFAULT_CONFIG.leafSize,
    pageSize: DEFAULT_CONFIG.pageSize,
    inlineReports: DEFAULT_CONFIG.inlineReports,
    inlineWatchers: DEFAULT_CONFIG.inlineWatchers,
    limits: parseLimits(env, bands),
    objectBytes: DEFAULT_CONFIG.objectBytes,
  };
}

/**
 * Reads the addresses of queues, table and bucket from a function's environment.
 * @throws ConfigurationError that names the variable which is missing
 */
export function readResources(env: Environment): Resources {
  const settleQueue = required(env, "FORERUN_SETTLE_QUEUE");
  const pools = parsePools(env).map((pool) => toQueues(pool, settleQueue));
  const live = [...pools.flatMap(queuesOf), settleQueue];
  const dead = list(env.FORERUN_DEAD_QUEUES ?? "").map((name) => urlOf(name, settleQueue));
  if (dead.length > 0 && dead.length !== live.length) {
    throw new ConfigurationError(
      `FORERUN_DEAD_QUEUES names ${dead.length} queues; there are ${live.length} to go with.`,
    );
  }
  const deadQueues = new Map(dead.map((url, index) => [live[index] as string, url]));
  return {
    table: required(env, "FORERUN_TABLE"),
    bucket: required(env, "FORERUN_BUCKET"),
    pools,
    settleQueue,
    deadQueues,
  };
}

/** All queues of a pool: bands, permits, permits of reserved slots. */
function queuesOf({ bands, permits, reserved }: PoolQueues): string[] {
  return [...bands, permits, ...(reserved === undefined ? [] : [reserved])];
}

/**
 * A pool as the environment holds it. Queues stand by their names, since 4 KB is all that an
 * environment may have: they are in the account and region of the settle queue.
 */
interface GivenPool extends Omit<Pool, "reserved"> {
  bands: string[];
  permits: string;
  reserved?: Reserved & { permits: string };
}

function parsePools(env: Environment): GivenPool[] {
  const pools = parse<GivenPool[]>(env, "FORERUN_POOLS");
  const bands = parseBands(env);
  if (pools.length === 0) throw new ConfigurationError("FORERUN_POOLS names no pool.");
  for (const pool of pools) {
    if (pool.bands?.length === bands.length) continue;
    throw new ConfigurationError(
      `FORERUN_POOLS names ${pool.bands?.length} queues of bands for the pool ${pool.name}, ` +
        `FORERUN_BANDS ${bands.length} bands; give one queue for each band.`,
    );
  }
  return pools;
}

function toPool({ name, slots, reserved, timeoutSeconds }: GivenPool): Pool {
  return {
    name,
    slots,
    ...(reserved ? { reserved: { slots: reserved.slots, through: reserved.through } } : {}),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

function toQueues({ name, bands, permits, reserved }: GivenPool, beside: string): PoolQueues {
  return {
    name,
    bands: bands.map((each) => urlOf(each, beside)),
    permits: urlOf(permits, beside),
    ...(reserved ? { reserved: urlOf(reserved.permits, beside) } : {}),
  };
}

/** The URL of a queue by its name and a queue of the same account and region. */
function urlOf(name: string, beside: string): string {
  return `${beside.slice(0, beside.lastIndexOf("/"))}/${name}`;
}

function parseBands(env: Environment): Band[] {
  const bands = parse<Band[]>(env, "FORERUN_BANDS");
  validateBands(bands);
  return bands;
}

/** Only the API has them. */
function parseLimits(env: Environment, bands: readonly Band[]): Limits {
  if (!env.FORERUN_LIMITS) return DEFAULT_CONFIG.limits;
  const limits = parse<Limits>(env, "FORERUN_LIMITS");
  validateLimits(limits, bands);
  return limits;
}

/** @throws ConfigurationError that names the limit and what would be right */
export function validateLimits({ waiting }: Limits, bands: readonly Band[]): void {
  for (const [name, limit] of Object.entries(waiting)) {
    const place = `limits.waiting.${name}`;
    if (!bands.some((band) => band.name === name)) {
      const known = bands.map((band) => band.name).join(", ");
      throw new ConfigurationError(`${place}: there is no such band; there are ${known}.`);
    }
    if (!Number.isInteger(limit) || limit < 1) {
      throw new ConfigurationError(`${place} is ${limit}; use a whole number from 1 up.`);
    }
  }
}

function parse<T>(env: Environment, name: string): T {
  try {
    return JSON.parse(required(env, name)) as T;
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    throw new ConfigurationError(`${name} is no valid JSON.`, { cause });
  }
}

function required(env: Environment, name: string): string {
  const value = env[name];
  if (!value) throw new ConfigurationError(`The environment variable ${name} is missing.`);
  return value;
}

function whole(env: Environment, name: string, fallback: number): number {
  const text = env[name];
  if (!text) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new ConfigurationError(`${name} is "${text}"; use a whole number from 1 up.`);
  }
  return value;
}

function positive(env: Environment, name: string, fallback: number): number {
  const text = env[name];
  if (!text) return fallback;
  const value = Number(text);
  if (!(value > 0)) throw new ConfigurationError(`${name} is "${text}"; use a number above 0.`);
  return value;
}

function list(text: string): string[] {
  return text === "" ? [] : text.split(",");
}
