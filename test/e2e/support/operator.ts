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
import type { Ports } from "../../../core/ports.ts";
import { systemClock } from "../../../core/systemClock.ts";
import type { Cloud } from "../../../local/index.ts";

/** The most urgent band first, with a priority that leads to it. */
export const BANDS = [
  { name: "Critical", priority: 1 },
  { name: "High", priority: 3 },
  { name: "Normal", priority: 5 },
  { name: "Low", priority: 9 },
] as const;

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
  /** core's ports on the running cloud; nothing limits them. */
  ports: Ports;
  /** URLs of the bands' queues. */
  bands: readonly string[];
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
  const queues = [...BANDS.map(({ name }) => `Band${name}`), "Permits", "Settle"];
  const table = cloud.tables[0] ?? "";
  const resources = {
    pools: [
      {
        name: DEFAULT_POOL,
        bands: queues.slice(0, BANDS.length).map(url),
        permits: url("Permits"),
      },
    ],
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
    bands: queues.slice(0, BANDS.length).map(url),
    dead: [...resources.deadQueues.values()],
    async send(queue: string, text: string) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: text }));
    },
    async purge(queue: string) {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: queue }));
    },
    sweep: (event: object = {}) => cloud.invoke("Sweeper", event),
  } satisfies Omit<Operator, keyof Calls | "until">;
  const operator = (signal?: AbortSignal): Operator => ({
    ...own,
    ...callsOf(cloud, signal),
    until: operator,
  });
  return operator();
}

function callsOf({ endpoint }: Cloud, signal?: AbortSignal): Calls {
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
        body: JSON.stringify(body),
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
