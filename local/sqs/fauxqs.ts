/**
 * SQS by fauxqs, in memory and in this process.
 *
 * fauxqs's queues and operations are used without its HTTP server: the gateway in front of them
 * is one already. That saves its web framework (400 ms of a start, 0.1 ms of each request), and
 * gives access to the queues' clocks, which it needs (see `depth`). Those modules are not
 * exported by the package, hence the URLs; its version is pinned exactly.
 */
import type { buildApp } from "fauxqs";
import type { Answer, Call } from "../gateway/call.ts";
import type { Json } from "../json.ts";
import type { QueueSpec } from "../template/readQueue.ts";
import { type FairQueue, noteGroups, putFairestFirst } from "./fairness.ts";

type SqsStore = NonNullable<
  NonNullable<NonNullable<Parameters<typeof buildApp>[0]>["stores"]>["sqsStore"]
>;

interface SqsRouter {
  register(operation: string, run: unknown): void;
  handle(request: unknown, reply: unknown): Promise<Json>;
}

const OPERATIONS = [
  "GetQueueUrl",
  "ListQueues",
  "GetQueueAttributes",
  "SetQueueAttributes",
  "PurgeQueue",
  "SendMessage",
  "SendMessageBatch",
  "ReceiveMessage",
  "DeleteMessage",
  "DeleteMessageBatch",
  "ChangeMessageVisibility",
  "ChangeMessageVisibilityBatch",
];

/** Messages of a queue. */
export interface Depth {
  ready: number;
  inFlight: number;
  delayed: number;
}

export interface Sqs {
  create(queues: readonly QueueSpec[]): void;
  call(call: Call): Promise<Answer>;
  depth(queueName: string): Depth;
  /** Ends every long poll. */
  stop(): void;
}

export async function startSqs(): Promise<Sqs> {
  const root = new URL(".", import.meta.resolve("fauxqs"));
  const load = async (path: string) => (await import(new URL(path, root).href)) as Json;
  const { SqsStore: Store } = (await load("sqs/sqsStore.js")) as { SqsStore: new () => SqsStore };
  const { SqsRouter: Router } = (await load("sqs/sqsRouter.js")) as {
    SqsRouter: new (store: SqsStore) => SqsRouter;
  };
  const store = new Store();
  const router = new Router(store);
  await Promise.all(
    OPERATIONS.map(async (operation) => {
      const name = operation.charAt(0).toLowerCase() + operation.slice(1);
      router.register(operation, (await load(`sqs/actions/${name}.js`))[name]);
    }),
  );
  const queueOf = (name: string) => store.getQueueByName(name) as unknown as FairQueue | undefined;
  return {
    create(queues) {
      for (const { name, url, arn, attributes } of queues) {
        store.createQueue(name, url, arn, attributes);
      }
    },
    async call({ operation, resource, body }) {
      // fauxqs looks at its clock only when a queue is received from: without this, what has
      // become visible would be counted as delayed or in flight for as long as nobody receives.
      if (operation === "GetQueueAttributes") store.getQueueByName(resource)?.processTimers();
      const queue = queueOf(resource);
      if (queue && operation === "ReceiveMessage") {
        store.getQueueByName(resource)?.processTimers();
        putFairestFirst(queue, Number(body.MaxNumberOfMessages ?? 1));
      }
      let status = 200;
      const reply = { status: (code: number) => (status = code), header: () => {} };
      const request = { headers: { "x-amz-target": `AmazonSQS.${operation}` }, body };
      const answer = await router.handle(request, reply);
      if (queue) noteGroups(queue, operation, body, answer);
      return { body: answer, status };
    },
    depth(queueName) {
      const queue = store.getQueueByName(queueName);
      if (!queue) return { ready: 0, inFlight: 0, delayed: 0 };
      queue.processTimers();
      const { ready, inflight, delayed } = queue.inspectMessages();
      return { ready: ready.length, inFlight: inflight.length, delayed: delayed.length };
    },
    stop: () => store.shutdown(),
  };
}
