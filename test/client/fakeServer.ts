/**
 * A server on 127.0.0.1 that answers the API's calls from memory, and can be told to misbehave.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { FakeFutures, isDone } from "./fakeFutures.ts";
import { Refused } from "./refused.ts";

export interface Call {
  method: string;
  path: string;
  query: URLSearchParams;
  body: Record<string, unknown>;
  headers: IncomingMessage["headers"];
}

/** The call is performed or not, and the connection is cut; or another answer is given. */
export type Fault =
  | { lose: "request" | "answer" }
  | { status: number; headers?: Record<string, string>; body?: string };

export class FakeServer {
  readonly futures = new FakeFutures();
  readonly calls: Call[] = [];
  /** Held requests that are under way, and the most that there have been. */
  holding = 0;
  mostHolding = 0;
  /** Says which calls go wrong. */
  fault: (call: Call) => Fault | undefined = () => undefined;
  readonly #server = createServer((request, response) => {
    void this.#handle(request, response);
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Calls of that method to paths that begin so. */
  callsTo(method: string, path: string): Call[] {
    return this.calls.filter((call) => call.method === method && call.path.startsWith(path));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await parse(request);
    this.calls.push(call);
    const fault = this.fault(call);
    if (fault && "status" in fault) {
      response.writeHead(fault.status, fault.headers).end(fault.body ?? "");
      return;
    }
    if (fault?.lose === "request") {
      request.socket.destroy();
      return;
    }
    const { status, body } = await this.#perform(call, response);
    if (fault?.lose === "answer") request.socket.destroy();
    else response.writeHead(status, { "content-type": "application/json" }).end(body);
  }

  async #perform(call: Call, response: ServerResponse): Promise<{ status: number; body: string }> {
    try {
      return { status: 200, body: JSON.stringify(await this.#route(call, response)) };
    } catch (error) {
      const { status, field, message } = error as Refused;
      const errors = status === 404 && field === "id" ? [] : [{ field, message }];
      const title = "Refused";
      return {
        status: status ?? 500,
        body: JSON.stringify({ type: "about:blank", title, status, detail: message, errors }),
      };
    }
  }

  async #route(call: Call, response: ServerResponse): Promise<unknown> {
    const [, collection, id = "", action] = call.path.split("/");
    const { method, body } = call;
    if (action === "results") {
      const number = (name: string) => Number(call.query.get(name));
      return this.futures.results(id, number("from"), number("limit"));
    }
    if (action === "reports") return this.#reports(id, call, response);
    if (method === "GET" && id) return (await this.#hold([id], call, response))[0];
    if (method === "GET") {
      const ids = (call.query.get("ids") ?? "").split(",");
      return { futures: await this.#hold(ids, call, response) };
    }
    if (collection === "tasks") return id === "batch" ? this.#batch(body) : this.#task(body);
    if (collection === "aggregates") {
      return this.futures.add(body.policy as "gather" | "wait", body);
    }
    if (action === "members") return this.#addMembers(id, body);
    if (action === "seal") return this.futures.seal(id, body.size as number);
    if (collection === "promises") return this.futures.add("promise", body);
    if (collection === "timers") {
      const timer = this.futures.add("timer", body);
      this.futures.settle(timer.id, { result: body.result ?? null });
      return timer;
    }
    if (action === "cancel") return { cancelled: this.futures.cancel(id) };
    if (action === "settle") {
      if (isDone(this.futures.get(id))) throw new Refused(409, "id", "It has settled already.");
      this.futures.settle(id, body as { result: unknown });
    }
    if (action === "priority") Object.assign(this.futures.get(id), body);
    return this.futures.get(id);
  }

  #task(body: Record<string, unknown>) {
    if (body.task === "unknown") throw new Refused(422, "task", 'no task is named "unknown"');
    return this.futures.add("task", body);
  }

  #batch({ tasks, gather, taskGroup }: Record<string, unknown>) {
    const requests = tasks as Record<string, unknown>[];
    refuseUnknown(requests);
    const options = (gather ?? taskGroup) as { id: string } | undefined;
    if (!options) return { futures: requests.map((each) => this.futures.add("task", each)) };
    const futures = requests.map((each, index) =>
      this.futures.add("task", { ...each, id: `${options.id}.${index}` }),
    );
    const kind = gather ? "gather" : "taskGroup";
    const of = futures.map((future) => future.id);
    return { futures, [kind]: this.futures.add(kind, { ...options, of }) };
  }

  #addMembers(id: string, body: Record<string, unknown>) {
    refuseUnknown((body.tasks ?? []) as Record<string, unknown>[]);
    return this.futures.addMembers(id, body as { start: number });
  }

  async #reports(id: string, { query }: Call, response: ServerResponse) {
    const cursor = Number(query.get("after") ?? 0);
    const aggregate = this.futures.aggregate(id);
    const seconds = Number(query.get("wait") ?? 0);
    await this.#until(() => aggregate.hasNews(cursor), seconds, response);
    return this.futures.reports(id, cursor);
  }

  /** Answers once something pending has settled, the time is over, or the caller has gone. */
  async #hold(ids: string[], call: Call, response: ServerResponse) {
    const found = ids.map((id) => this.futures.get(id));
    const pending = found.filter((future) => !isDone(future));
    const seconds = Number(call.query.get("wait") ?? 0);
    const noneSettled = pending.length === found.length;
    await this.#until(() => !noneSettled || pending.some(isDone), seconds, response);
    return found;
  }

  async #until(isOver: () => boolean, seconds: number, response: ServerResponse): Promise<void> {
    if (seconds === 0 || isOver()) return;
    this.holding++;
    this.mostHolding = Math.max(this.mostHolding, this.holding);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      const unlisten = this.futures.onSettled(() => isOver() && end());
      const end = () => {
        clearTimeout(timer);
        unlisten();
        resolve();
      };
      response.once("close", end);
    });
    this.holding--;
  }
}

function refuseUnknown(requests: readonly Record<string, unknown>[]): void {
  const bad = requests.findIndex((each) => each.task === "unknown");
  if (bad >= 0) throw new Refused(422, `tasks[${bad}].task`, 'no task is named "unknown"');
}

async function parse(request: IncomingMessage): Promise<Call> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const url = new URL(request.url ?? "/", "http://fake");
  const text = Buffer.concat(parts).toString();
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: url.searchParams,
    body: text ? JSON.parse(text) : {},
    headers: request.headers,
  };
}
