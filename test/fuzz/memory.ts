/**
 * The functions' handlers in this process, called as API Gateway would call them, on ports in
 * memory: thousands of requests in seconds.
 */
import type { IncomingMessage } from "node:http";
import type { LambdaContext, LambdaEvent } from "hono/aws-lambda";
import { isTerminal } from "../../core/future.ts";
import { perform } from "../../core/usecases/perform.ts";
import { createApi } from "../../functions/api/app.ts";
import { openApiDocument } from "../../functions/http/document.ts";
import { lambdaHandler } from "../../functions/http/lambda.ts";
import { createWaitApp } from "../../functions/wait/app.ts";
import { toEvent } from "../../local/http/event.ts";
import { createRouter } from "../../local/http/routes.ts";
import type { RouteSpec } from "../../local/template/readApi.ts";
import { drain, settlerStep, workerStep } from "../support/drain.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { MemoryQueues } from "../support/memoryQueues.ts";
import { MemoryStore } from "../support/memoryStore.ts";
import { allRecords, judgeAggregates, watchWrites } from "../support/promises.ts";
import { TASKS } from "./fixtures.ts";
import type { FuzzAnswer } from "./judge.ts";
import { request as requestOf, type Target, type WireRequest } from "./target.ts";

/** Routes as infra/api.ts has them. */
const READS = [
  "/futures",
  "/futures/{id}",
  "/futures/{id}/results",
  "/futures/{id}/reports",
  "/futures/{id}/tree",
];
const KEYS = [...READS.map((path) => `GET ${path}`), "POST /approvals/{id}", "ANY /{path+}"];

/** Lambda answers with at most 6 MB. */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024;

const MANIFEST = {
  tasks: Object.fromEntries(TASKS.map((name) => [name, { timeoutSeconds: 60 }])),
};

const document = () => JSON.stringify(openApiDocument());

const silent = { debug() {}, info() {} };

export function memoryTarget(): Target {
  // Low enough to be met now and then.
  const ports = memoryPorts({ limits: { waiting: { critical: 2 } } });
  let written: string[] = [];
  /** What was logged as our own fault. */
  let faults: string[] = [];
  const error = (_: string, fields: Record<string, unknown>) => {
    faults.push(
      fields.error instanceof Error ? String(fields.error.stack) : JSON.stringify(fields),
    );
  };
  const logger = { ...silent, error };
  const api = lambdaHandler(createApi({ ports, logger, manifest: MANIFEST, document }));
  const wait = lambdaHandler(createWaitApp({ ports, logger }));
  const route = createRouter(KEYS.map((key) => ({ key }) as RouteSpec));

  async function send(request: WireRequest): Promise<FuzzAnswer> {
    const [path = ""] = request.target.split("?");
    const match = route(request.method, path);
    const begun = performance.now();
    if (!match) return { ...GATEWAY, milliseconds: 0 };
    await performOwed(ports, path);
    const before = contents(ports);
    const serve = READS.some((each) => match.route.key === `GET ${each}`) ? wait : api;
    faults = [];
    const event = toEvent(incoming(request), request.body ?? Buffer.alloc(0), match);
    const answer = await serve(event as unknown as LambdaEvent, {} as LambdaContext);
    const milliseconds = performance.now() - begun;
    const isTooLarge = Buffer.byteLength(JSON.stringify(answer)) > MAX_ANSWER_BYTES;
    return {
      status: isTooLarge ? 502 : answer.statusCode,
      headers: answer.headers as Record<string, string>,
      body: isTooLarge ? "the answer is above 6 MB" : [answer.body, ...faults].join("\n"),
      traces: difference(contents(ports), before),
      byGateway: false,
      milliseconds,
    };
  }

  return {
    maxWaitSeconds: 20,
    round: 200,
    send,
    async reset() {
      ports.store = new MemoryStore();
      ports.queues = new MemoryQueues(ports.clock);
      written = watchWrites(ports);
    },
    async goOn() {
      await settlerStep(ports);
      await workerStep(ports);
    },
    async settle() {
      // A promise waits for somebody, and what waits for it too.
      for (const { id, kind, state } of await allRecords(ports)) {
        if (kind !== "promise" || state !== "pending") continue;
        await send(requestOf("POST", `/futures/${id}/settle`, { result: null }));
      }
      await drain(ports);
      return [...written, ...(await judgeAggregates(ports))];
    },
    async stop() {},
  };
}

const GATEWAY = { status: 404, headers: {}, body: "", traces: [], byGateway: true };

/**
 * A call that a settled future refuses performs what that owes (core/usecases/settle.ts): its watcher
 * may settle by it because its time is over meanwhile. That is the future's doing and no trace of the
 * call, so it is done before.
 */
async function performOwed(ports: MemoryPorts, path: string): Promise<void> {
  const [, id] = /^\/(?:futures|approvals)\/([\w.-]+)\//.exec(`${path}/`) ?? [];
  const record = id === undefined ? undefined : await ports.store.read(id);
  if (record && isTerminal(record)) await perform(ports, [record]);
}

/** The part of a request that an event is made of. */
function incoming({ method, target, headers }: WireRequest): IncomingMessage {
  const host = { host: "api.test", ...headers };
  const request = { method, url: target, headers: host, httpVersion: "1.1", socket: {} };
  return request as unknown as IncomingMessage;
}

/**
 * What is stored, and what waits. A guard on the settle queue is no trace: it goes out before the
 * write that it guards, whether that is refused or not, and finds nothing to do.
 */
function contents({ store, queues }: MemoryPorts): Map<string, unknown> {
  const all = store.everything();
  for (const [name, messages] of queues.everything()) {
    if (name === "settle") continue;
    for (const message of messages) all.set(`${name} ${JSON.stringify(message.body)}`, message);
  }
  return all;
}

function difference(after: Map<string, unknown>, before: Map<string, unknown>): string[] {
  const changed = [...after].filter(([key, value]) => before.get(key) !== value);
  const gone = [...before.keys()].filter((key) => !after.has(key));
  return [...changed.map(([key]) => key), ...gone.map((key) => `${key} is gone`)];
}
