/**
 * What a deployment is configured with, and how a function reads it from its environment.
 */
import { type Band, DEFAULT_BANDS, type ProbePolicy, validateBands } from "./bands.ts";
import { ConfigurationError } from "./errors.ts";

export { type Band, DEFAULT_BANDS, validateBands };

/** Everything the rules need to know of a deployment. */
export interface Config {
  /** Bands, most urgent first. */
  bands: readonly Band[];
  /** How a slot chooses the order in which it probes the bands. */
  policy: ProbePolicy;
  /** Worker slots in all. */
  slots: number;
  /** Seconds that a claim on a task lasts without a heartbeat. */
  leaseSeconds: number;
  /**
   * Seconds within which a running task sees that its cancellation was requested; each look costs
   * half a read unit.
   */
  cancelSeconds: number;
  /** Days that a settled future is kept. */
  retentionDays: number;
  /** The longest `timeoutSeconds` that one attempt of a task may ask for. */
  maxTimeoutSeconds: number;
  /** Members whose reports one item holds; more of them make a tree of tallies. Up to 64. */
  leafSize: number;
  /** Members (or watchers) of an aggregate that one step of background work deals with. */
  pageSize: number;
  /** Watchers that stand in a future's own item; each adds to what every update of it costs. */
  inlineWatchers: number;
}

/** Where the parts of a deployment are; read by the adapters in aws/. */
export interface Resources {
  table: string;
  /** Queue URLs, in the order of the bands. */
  bandQueues: readonly string[];
  permitQueue: string;
  settleQueue: string;
  /** Dead-letter queue URLs in the order bands…, permit, settle; only the sweeper has them. */
  deadQueues: readonly string[];
}

export const DEFAULT_CONFIG: Config = {
  bands: DEFAULT_BANDS,
  policy: "weighted",
  slots: 10,
  leaseSeconds: 30,
  cancelSeconds: 2,
  retentionDays: 7,
  maxTimeoutSeconds: 825,
  // 64 reports with their times stay below one write unit of 1,024 bytes.
  leafSize: 64,
  // A step of so many takes a second or two, well within the settler's time.
  pageSize: 250,
  inlineWatchers: 32,
};

type Environment = Record<string, string | undefined>;

/**
 * Reads the configuration from a function's environment.
 * @throws ConfigurationError that names the variable which is missing or wrong
 */
export function readConfig(env: Environment): Config {
  const bands = parseBands(required(env, "FORERUN_BANDS"));
  const policy = env.FORERUN_POLICY ?? DEFAULT_CONFIG.policy;
  if (policy !== "weighted" && policy !== "strict") {
    throw new ConfigurationError(`FORERUN_POLICY is "${policy}"; use "weighted" or "strict".`);
  }
  return {
    bands,
    policy,
    slots: whole(env, "FORERUN_SLOTS", DEFAULT_CONFIG.slots),
    leaseSeconds: whole(env, "FORERUN_LEASE_SECONDS", DEFAULT_CONFIG.leaseSeconds),
    cancelSeconds: positive(env, "FORERUN_CANCEL_SECONDS", DEFAULT_CONFIG.cancelSeconds),
    retentionDays: whole(env, "FORERUN_RETENTION_DAYS", DEFAULT_CONFIG.retentionDays),
    maxTimeoutSeconds: whole(env, "FORERUN_MAX_TIMEOUT_SECONDS", DEFAULT_CONFIG.maxTimeoutSeconds),
    leafSize: DEFAULT_CONFIG.leafSize,
    pageSize: DEFAULT_CONFIG.pageSize,
    inlineWatchers: DEFAULT_CONFIG.inlineWatchers,
  };
}

/**
 * Reads the addresses of queues and table from a function's environment.
 * @throws ConfigurationError that names the variable which is missing
 */
export function readResources(env: Environment): Resources {
  return {
    table: required(env, "FORERUN_TABLE"),
    bandQueues: list(required(env, "FORERUN_BAND_QUEUES")),
    permitQueue: required(env, "FORERUN_PERMIT_QUEUE"),
    settleQueue: required(env, "FORERUN_SETTLE_QUEUE"),
    deadQueues: list(env.FORERUN_DEAD_QUEUES ?? ""),
  };
}

function parseBands(json: string): Band[] {
  let bands: Band[];
  try {
    bands = JSON.parse(json) as Band[];
  } catch (cause) {
    throw new ConfigurationError("FORERUN_BANDS is no valid JSON.", { cause });
  }
  validateBands(bands);
  return bands;
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
