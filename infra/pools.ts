/**
 * The worker pools of a deployment, as they are asked for and as the rules take them.
 */
import type { Band } from "../core/bands.ts";
import { ConfigurationError } from "../core/errors.ts";
import { DEFAULT_POOL, type Pool, type Reserved } from "../core/pools.ts";
import { MAX_TIMEOUT_SECONDS } from "../core/taskLimits.ts";
import type { Manifest } from "../core/wire.ts";
import { checkNetwork, type NetworkProps, networkOf } from "./network.ts";
import { refuse, whole } from "./refuse.ts";

/** Slots that only the most urgent bands may fill, by the name of the last of those bands. */
export type ReservedProps = Readonly<Record<string, number>>;

/**
 * A worker pool besides the default one. With a VPC of its own its function runs there; with
 * subnets or security groups alone, there in the VPC of the deployment.
 */
export interface PoolProps extends NetworkProps {
  /** How many of its tasks run at the same time; 2 to 1000. */
  slots: number;
  /**
   * Further slots that only its urgent tasks may fill: `{ critical: 4 }`; each 2 to 1000.
   * @default none
   */
  reserved?: ReservedProps | undefined;
  /** Memory of its function in megabytes, 128 to 10240. @default that of the default pool */
  memory?: number;
  /**
   * The longest `timeoutSeconds` that its tasks, and callers for them, may ask for; 1 to 825. Its
   * function may run for 75 s longer, and its permits stay hidden for as long.
   * @default that of its longest task, at least 60
   */
  timeoutSeconds?: number | undefined;
  /** Environment variables for its tasks. @default none */
  environment?: Readonly<Record<string, string>>;
}

/** A pool with what its function needs besides. */
export interface ResolvedPool extends Pool {
  memory: number;
  environment: Readonly<Record<string, string>>;
  /** Where its function runs, if anywhere in particular. */
  network: NetworkProps;
}

/**
 * Queues of bands in all pools together: their names stand in the functions' environments, of which
 * each may have 4 KB.
 */
export const MAX_BAND_QUEUES = 12;

/** The second would give its queue of permits the name of the default pool's reserved one. */
const TAKEN = [DEFAULT_POOL, "reserved"];

/** The limits of an event source mapping's MaximumConcurrency. */
const SLOTS = { least: 2, most: 1000 };

/** Of the deployment: the default pool's, and what the others take over. */
export interface PoolsInput extends NetworkProps {
  slots: number;
  reserved?: ReservedProps | undefined;
  workerMemory: number;
  timeoutSeconds?: number | undefined;
  pools?: Readonly<Record<string, PoolProps>> | undefined;
  bands: readonly Band[];
}

/**
 * All pools, the default one first; checked.
 * @throws ConfigurationError that names the property, and what would be right
 */
export function resolvePools(given: PoolsInput): ResolvedPool[] {
  const { slots, reserved, workerMemory, pools = {}, bands } = given;
  const own = { slots, reserved, timeoutSeconds: given.timeoutSeconds };
  const first = resolve("", DEFAULT_POOL, own, given);
  const rest = Object.entries(pools).map(([name, pool]) => {
    const at = `pools.${name}`;
    if (!/^[a-z][a-z0-9-]{0,19}$/.test(name) || TAKEN.includes(name)) {
      refuse(
        at,
        `name it by 1 to 20 lower-case letters, digits and hyphens, not ${TAKEN.join(" or ")}`,
      );
    }
    return resolve(`${at}.`, name, { memory: workerMemory, ...pool }, given);
  });
  const queues = (rest.length + 1) * bands.length;
  if (rest.length > 0 && queues > MAX_BAND_QUEUES) {
    const many = `${rest.length + 1} pools of ${bands.length} bands make ${queues} queues`;
    refuse("pools", `${many}; at most ${MAX_BAND_QUEUES} fit a function's environment`);
  }
  return [first, ...rest];
}

function resolve(at: string, name: string, pool: PoolProps, given: PoolsInput): ResolvedPool {
  const { slots, reserved, memory = given.workerMemory, environment = {}, timeoutSeconds } = pool;
  whole(`${at}slots`, slots, SLOTS.least, SLOTS.most);
  whole(at === "" ? "workerMemory" : `${at}memory`, memory, 128, 10_240);
  if (timeoutSeconds !== undefined) {
    whole(`${at}timeoutSeconds`, timeoutSeconds, 1, MAX_TIMEOUT_SECONDS);
  }
  const network = networkOf(pool, given);
  checkNetwork(network, at);
  const own = Object.keys(environment).find((key) => key.startsWith("FORERUN_"));
  if (own) refuse(`${at}environment.${own}`, "names that begin with FORERUN_ are ours");
  const kept = resolveReserved(`${at}reserved`, reserved, given.bands);
  return {
    name,
    slots,
    memory,
    environment,
    network,
    ...(kept ? { reserved: kept } : {}),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
}

function resolveReserved(
  at: string,
  reserved: ReservedProps | undefined,
  bands: readonly Band[],
): Reserved | undefined {
  const entries = Object.entries(reserved ?? {});
  const [entry] = entries;
  if (!entry) return undefined;
  if (entries.length > 1) refuse(at, "name one band: those above it may fill its slots too");
  const [name, slots] = entry;
  const through = bands.findIndex((band) => band.name === name);
  const names = bands.map((band) => `"${band.name}"`).join(", ");
  if (through === -1) refuse(`${at}.${name}`, `no band has this name; there are ${names}`);
  if (through === bands.length - 1) {
    refuse(`${at}.${name}`, "it is the last band: every task may run there; raise slots instead");
  }
  whole(`${at}.${name}`, slots, SLOTS.least, SLOTS.most);
  return { slots, through };
}

/** @throws ConfigurationError that names the task whose pool does not exist */
export function checkTaskPools(manifest: Manifest, pools: readonly Pool[]): void {
  for (const [task, { pool }] of Object.entries(manifest.tasks)) {
    if (pool === undefined || pools.some((each) => each.name === pool)) continue;
    const names = pools.map((each) => `"${each.name}"`).join(", ");
    throw new ConfigurationError(
      `Task ${task}: its pool "${pool}" is none of the construct's pools (${names}).`,
    );
  }
}
