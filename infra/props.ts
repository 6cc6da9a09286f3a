/**
 * What a deployment is configured with.
 */
import type { IEventBus } from "aws-cdk-lib/aws-events";
import { type Band, DEFAULT_BANDS, type ProbePolicy, validateBands } from "../core/bands.ts";
import { type Limits, validateLimits } from "../core/config.ts";
import type { LambdaTasks } from "./lambdaTasks.ts";
import {
  type PoolProps,
  type PoolsInput,
  type ReservedProps,
  type ResolvedPool,
  resolvePools,
} from "./pools.ts";
import { oneOf, refuse, whole } from "./refuse.ts";
import { resolveSecurity, type Security, type SecurityProps } from "./security.ts";
import { type ResolvedWatching, resolveWatching, type WatchingProps } from "./watchingProps.ts";

export interface ForerunProps extends SecurityProps, WatchingProps {
  /** Path of the file that exports the tasks (`export default createWorker([…])`). */
  tasks: string;
  /**
   * Worker slots: how many tasks run at the same time; 2 to 1000 (the limits of an event source
   * mapping's MaximumConcurrency).
   * @default 10
   */
  slots?: number;
  /**
   * Slots besides those, which only the most urgent bands may fill, so that urgent work need not
   * wait for a long task to end: `{ critical: 4 }` keeps four for `critical` and the bands above it;
   * 2 to 1000. A task of such a band that finds a free slot costs 14 SQS requests instead
   * of 6.
   * @default none
   */
  reserved?: ReservedProps;
  /**
   * The longest `timeoutSeconds` that tasks of the default pool, and callers for them, may ask for;
   * 1 to 825. The worker function may run for 75 s longer.
   * @default that of the longest of them, at least 60
   */
  timeoutSeconds?: number;
  /**
   * Further pools of workers by name, for the tasks that name them (`pool` of `defineTask`): each
   * with a function, role, network, time, band queues and slots of its own.
   * @default none
   */
  pools?: Readonly<Record<string, PoolProps>>;
  /**
   * Tasks that are Lambda functions which exist already, in any language, by the tasks' names:
   * `{ thumbnail: { lambda: fn } }`. A slot waits while the function runs; at most 10.
   * @default none
   */
  lambdaTasks?: LambdaTasks;
  /**
   * Where events of settled futures go, for tasks that ask for them (`event` of `defineTask`).
   * @default the account's default event bus
   */
  eventBus?: IEventBus;
  /** Bands, most urgent first. @default critical ≤ 1, high ≤ 4, normal ≤ 7, low */
  bands?: readonly Band[];
  /** `weighted` honours the bands' shares (promise 9), `strict` does not. @default "weighted" */
  policy?: ProbePolicy;
  /**
   * Seconds that a claim on a task lasts without a heartbeat; after a crash its task runs again a
   * few seconds later. A heartbeat, each third of it, costs a write unit and two SQS requests.
   * 3 to 300.
   * @default 30
   */
  leaseSeconds?: number;
  /**
   * Seconds within which a running task sees that its cancellation was requested; each look costs
   * half a read unit. 0.05 to 60.
   * @default 2
   */
  cancelSeconds?: number;
  /** Days that settled futures are kept; 1 to 400. @default 7 */
  retentionDays?: number;
  /**
   * Tasks that may wait in a band, by its name: `{ waiting: { low: 100_000 } }`. Above it the API
   * answers submissions to that band with 429 and Retry-After, and stores nothing of them; those that
   * were accepted wait and are served. Counts are SQS's, a few seconds old: somewhat more may come in
   * (docs/limits.md).
   * @default none: everything is accepted, and waits
   */
  limits?: Partial<Limits>;
  /** Requests that may be held open at the same time to await futures; from 1. @default 50 */
  waiters?: number;
  /**
   * Memory of the worker function in megabytes, and its share of processor with it; 1,769 is a
   * whole one. 128 to 10240.
   * @default 1024
   */
  workerMemory?: number;
  /**
   * The name that logs and metrics carry. All but "dev" protect the table (`protect`).
   * @default "dev"
   */
  stage?: string;
}

/** The properties with their defaults; checked. */
export interface ResolvedProps
  extends Required<Omit<ForerunProps, keyof PoolsInput | "eventBus" | keyof Parts>>,
    ResolvedWatching {
  limits: Limits;
  bands: readonly Band[];
  eventBus: IEventBus | undefined;
  /** The default one first. */
  pools: readonly ResolvedPool[];
  security: Security;
}

/** Properties that are resolved by files of their own. */
type Parts = SecurityProps & WatchingProps;

/** A limit that is misspelt would be none. */
function limitsOf(limits: Partial<Limits> = {}): Limits {
  const { waiting = {}, ...others } = limits;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) refuse(`limits.${unknown}`, 'there is no such limit; use "waiting"');
  if (typeof waiting !== "object" || waiting === null) {
    refuse("limits.waiting", "name bands with the tasks that may wait in them: { low: 100000 }");
  }
  return { waiting };
}

/** @throws ConfigurationError that names the property, and what would be right */
export function resolveProps(props: ForerunProps): ResolvedProps {
  const bands = props.bands ?? DEFAULT_BANDS;
  validateBands(bands);
  const { slots = 10, workerMemory = 1024 } = props;
  const resolved: ResolvedProps = {
    tasks: props.tasks,
    bands,
    lambdaTasks: props.lambdaTasks ?? {},
    eventBus: props.eventBus,
    pools: resolvePools({ ...props, slots, workerMemory, bands }),
    policy: props.policy ?? "weighted",
    leaseSeconds: props.leaseSeconds ?? 30,
    cancelSeconds: props.cancelSeconds ?? 2,
    retentionDays: props.retentionDays ?? 7,
    limits: limitsOf(props.limits),
    waiters: props.waiters ?? 50,
    stage: props.stage ?? "dev",
    security: resolveSecurity(props, props.stage ?? "dev"),
    ...resolveWatching(props),
  };
  if (!resolved.tasks) refuse("tasks", "name the file that exports your tasks");
  validateLimits(resolved.limits, bands);
  oneOf("policy", resolved.policy, ["weighted", "strict"]);
  whole("leaseSeconds", resolved.leaseSeconds, 3, 300);
  if (!(resolved.cancelSeconds >= 0.05 && resolved.cancelSeconds <= 60)) {
    refuse("cancelSeconds", `it is ${resolved.cancelSeconds}; use 0.05 to 60`);
  }
  whole("retentionDays", resolved.retentionDays, 1, 400);
  whole("waiters", resolved.waiters, 1, 1000);
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/.test(resolved.stage)) {
    refuse("stage", `it is "${resolved.stage}"; use 1 to 32 letters, digits and hyphens`);
  }
  return resolved;
}
