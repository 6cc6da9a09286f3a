/**
 * What an operator, and a caller of the HTTP API, can do to a deployment: the tools of the flows.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createStore } from "../../../aws/dynamodb/store.ts";
import { createQueues } from "../../../aws/sqs/queues.ts";
import { DEFAULT_CONFIG } from "../../../core/config.ts";
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

export interface Operator {
  /** core's ports on the running cloud; nothing limits them. */
  ports: Ports;
  /** URLs of the bands' queues. */
  bands: readonly string[];
  /** URLs of the dead-letter queues. */
  dead: readonly string[];
  /** A call of the HTTP API; throws unless it succeeds, and is not repeated. */
  post(path: string, body: unknown): Promise<{ id: string }>;
  get(path: string): Promise<{ state?: string }>;
  /** Awaits that a future settles. */
  settled(id: string): Promise<void>;
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
  const resources = {
    table: cloud.tables[0] ?? "",
    bandQueues: queues.slice(0, BANDS.length).map(url),
    permitQueue: url("Permits"),
    settleQueue: url("Settle"),
    deadQueues: queues.map((name) => url(`${name}Dead`)),
  };
  const sqs = new SQSClient({ ...cloud.aws, useQueueUrlAsEndpoint: false });
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.aws), {
    marshallOptions: { removeUndefinedValues: true },
  });
  const ports: Ports = {
    config: DEFAULT_CONFIG,
    store: createStore(client, resources.table, systemClock.now),
    queues: createQueues(sqs, resources),
    clock: systemClock,
    random: Math.random,
    newId: () => crypto.randomUUID(),
  };
  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${cloud.endpoint}${path}`, init);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { id: string; state?: string };
  };
  const get = (path: string) => call(path);
  return {
    ports,
    bands: resources.bandQueues,
    dead: resources.deadQueues,
    get,
    post: (path, body) =>
      call(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    async settled(id) {
      for (;;) {
        const { state = "" } = await get(`/futures/${id}?wait=20`);
        if (!["pending", "running"].includes(state)) return;
      }
    },
    async send(queue, text) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: text }));
    },
    async purge(queue) {
      await sqs.send(new PurgeQueueCommand({ QueueUrl: queue }));
    },
    sweep: (event = {}) => cloud.invoke("Sweeper", event),
  };
}

/** `Forerun-ForerunQueuesBandHighDeadEBF5FA41` → `BandHighDead` */
function label(queue: string): string {
  return /ForerunQueues(.+?)[0-9A-F]{8}$/.exec(queue)?.[1] ?? queue;
}

function urlOf({ aws }: Cloud, queue: string): string {
  return `${aws.endpoint}/000000000000/${queue}`;
}
