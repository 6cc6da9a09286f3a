/**
 * What an operator, and a caller of the HTTP API, can do to a deployment: the tools of the flows.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createStore } from "../../../aws/dynamodb/store.ts";
import { createObjects } from "../../../aws/s3/objects.ts";
import { createQueues } from "../../../aws/sqs/queues.ts";
import { DEFAULT_CONFIG } from "../../../core/config.ts";
import { DEFAULT_POOL } from "../../../core/pools.ts";
import type { Ports, Queues } from "../../../core/ports.ts";
import { systemClock } from "../../../core/systemClock.ts";
import type { Cloud } from "../../../local/index.ts";
import { BANDS, POOLS } from "./places.ts";

/** Short, so that a caller who has left holds no process of the wait function for long. */
const HOLD_SECONDS = 5;

/** What a caller of the HTTP API can do. */
interface Calls {
  /** A call of the HTTP API; throws unless it succeeds, and is not repeated. */
  post(path: string, body: unknown): Promise<{ id: string }>;
  get(path: string): Promise<{ state?: string }>;
  /** Awaits that a future settles. */
  settled(id: string): Promise<void>;
}

export interface Operator extends Calls {
  /** The same, whose calls of the HTTP API end with a signal: nothing waits on for ever. */
  until(signal: AbortSignal): Operator;
  /** The same, whose tasks, bands and permits are those of a pool. */
  within(pool: string): Operator;
  /** core's ports on the running cloud; nothing limits them. */
  ports: Ports;
  /** URLs of the bands' queues. */
  bands: readonly string[];
  /** URL of the queue of a name in the template, such as `BandLow`; empty if there is none. */
  queue(name: string): string;
  /** URLs of the dead-letter queues. */
  dead: readonly string[];
  /** Sends a text to a queue as it stands. */
  send(url: string, text: string): Promise<void>;
  /** Empties a queue. */
  purge(url: string): Promise<void>;
  sweep(event?: object): Promise<unknown>;
}

export function operate(cloud: Cloud): Operator {
  const urls = new Map(cloud.queues.names().map((name) => [label(name), urlOf(cloud, name)]));
  const url = (name: string) => urls.get(name) ?? "";
  const pools = POOLS.map(({ name, prefix, reserved }) => ({
    name,
    bands: BANDS.map((band) => url(`${prefix}Band${band.name}`)),
    permits: url(`${prefix}Permits`),
    ...(reserved ? { reserved: url(`${prefix}ReservedPermits`) } : {}),
  }));
  const queues = [...urls.keys()].filter((name) => urls.has(`${name}Dead`));
  const table = cloud.tables[0] ?? "";
  const resources = {
    pools,
    settleQueue: url("Settle"),
    deadQueues: new Map(queues.map((name) => [url(name), url(`${name}Dead`)])),
  };
  const sqs = new SQSClient({ ...cloud.aws, useQueueUrlAsEndpoint: false });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.aws), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const ports: Ports = {
    config: DEFAULT_CONFIG,
    store: createStore(client, table, systemClock.now),
    objects: createObjects(cloud.buckets[0] ?? "", cloud.aws),
    queues: createQueues(sqs, resources),
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
  };
  const own = {
    ports,
    bands: pools[0]?.bands ?? [],
    queue: url,
    dead: [...resources.deadQueues.values()],
    async send(queue: string, text: string) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: text }));
    },
    async purge(queue: string) {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: queue }));
    },
    sweep: (event: object = {}) => cloud.invoke("Sweeper", event),
  } satisfies Omit<Operator, keyof Calls | "until" | "within">;
  const operator = (pool: string, signal?: AbortSignal): Operator => ({
    ...own,
    bands: pools.find(({ name }) => name === pool)?.bands ?? [],
    ports: { ...ports, queues: queuesWithin(pool, ports.queues) },
    ...callsOf(cloud, pool, signal),
    until: (later) => operator(pool, later),
    within: (other) => operator(other, signal),
  });
  return operator(DEFAULT_POOL);
}

/** Sends to the pool's queues where none is named. */
function queuesWithin(pool: string, queues: Queues): Queues {
  return {
    ...queues,
    sendTasks: (to, messages) => queues.sendTasks({ pool, ...to }, messages),
    sendPermits: (to, messages) => queues.sendPermits({ pool, ...to }, messages),
  };
}

/** A pool's tasks are named after it, but for the default one's. */
function callsOf({ endpoint }: Cloud, pool: string, signal?: AbortSignal): Calls {
  const named = (body: unknown): unknown => {
    const { task, tasks } = (body ?? {}) as { task?: string; tasks?: unknown[] };
    if (tasks !== undefined) return { ...(body as object), tasks: tasks.map(named) };
    if (task === undefined || pool === DEFAULT_POOL) return body;
    return { ...(body as object), task: `${pool}-${task}` };
  };
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${endpoint}${path}`, { ...init, ...(signal ? { signal } : {}) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { id: string; state?: string };
  };
  return {
    get: (path) => call(path),
    post: (path, body) =>
      call(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(named(body)),
      }),
    async settled(id) {
      for (;;) {
        const { state = "" } = await call(`/futures/${id}?wait=${HOLD_SECONDS}`);
        if (!["pending", "running"].includes(state)) return;
      }
    },
  };
}

/** `Forerun-ForerunQueuesBandHighDeadEBF5FA41` → `BandHighDead` */
function label(queue: string): string {
  return /ForerunQueues(.+?)[0-9A-F]{8}$/.exec(queue)?.[1] ?? queue;
}

function urlOf({ aws }: Cloud, queue: string): string {
  return `${aws.endpoint}/000000000000/${queue}`;
}
