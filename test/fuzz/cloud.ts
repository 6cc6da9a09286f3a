/**
 * The embedded cloud, over HTTP.
 */
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { inBatches } from "../../core/parallel.ts";
import type { Future } from "../../core/wire.ts";
import type { LedgerSnapshot } from "../../local/index.ts";
import { deploy } from "../e2e/support/deployment.ts";
import type { FuzzAnswer } from "./judge.ts";
import { request, type Target, type WireRequest } from "./target.ts";

const TASKS = fileURLToPath(new URL("./tasks.ts", import.meta.url));

/** Seconds within which what was accepted settles once it was cancelled. */
const SETTLES_WITHIN = 60;

export async function cloudTarget(): Promise<Target> {
  const it = await deploy({ tasks: TASKS });
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(it.cloud.endpoint);

  function exchange({ method, target, headers, body }: WireRequest): Promise<IncomingMessage> {
    const length = body ? { "content-length": String(body.length) } : {};
    const all = { ...headers, ...length };
    return new Promise((resolve, reject) => {
      const options = { hostname, port, agent, method, path: target, headers: all };
      httpRequest(options, resolve).on("error", reject).end(body);
    });
  }

  async function send(asked: WireRequest): Promise<FuzzAnswer> {
    const before = it.cloud.requests.snapshot();
    const begun = performance.now();
    const response = await exchange(asked);
    const body = await text(response);
    return {
      status: response.statusCode ?? 0,
      headers: response.headers as Record<string, string>,
      body,
      traces: tracesIn(it.cloud.requests.since(before)),
      byGateway: body.startsWith('{"message":'),
      milliseconds: performance.now() - begun,
    };
  }

  async function end(id: string): Promise<void> {
    await send(request("POST", `/futures/${id}/cancel`));
    const until = Date.now() + SETTLES_WITHIN * 1000;
    while (Date.now() < until) {
      const answer = await send(request("GET", `/futures/${id}?wait=5`));
      if (answer.status !== 200 || (JSON.parse(answer.body) as Future).settledAt) return;
    }
  }

  return {
    maxWaitSeconds: 0.05,
    // Nothing is forgotten here: all requests are of one round.
    round: Number.POSITIVE_INFINITY,
    send,
    async reset() {},
    async goOn() {},
    async settle(ids) {
      await inBatches(ids, end);
      return [];
    },
    async stop() {
      agent.destroy();
      await it.stop();
    },
  };
}

const WRITES = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"];
const SENDS = ["SendMessage", "SendMessageBatch"];

/** What the functions behind the API wrote and sent, guards on the settle queue excepted. */
function tracesIn({ entries }: LedgerSnapshot): string[] {
  return entries
    .filter(({ caller }) => /Api|Wait/.test(caller))
    .filter(({ requests, errors }) => requests > errors)
    .filter(({ operation, resource }) => {
      return WRITES.includes(operation) || (SENDS.includes(operation) && !/Settle/.test(resource));
    })
    .map(({ caller, operation, resource }) => `${caller} ${operation} ${resource}`);
}
