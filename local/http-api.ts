/**
 * The HTTP API of API Gateway: routes requests to functions and turns their answers into responses.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LocalCloudError, messageOf } from "./errors.ts";
import type { Authorize } from "./http/authorize.ts";
import { readBody } from "./http/body.ts";
import { corsHeaders, isPreflight } from "./http/cors.ts";
import { toEvent } from "./http/event.ts";
import { FAILED, type HttpResponse, plain, toResponse } from "./http/response.ts";
import { createRouter } from "./http/routes.ts";
import { createThrottle } from "./http/throttle.ts";
import { RequestTooLargeError, ThrottledError } from "./lambda/errors.ts";
import type { LambdaFunction } from "./lambda/function.ts";
import type { ApiSpec } from "./template/readApi.ts";

export interface HttpApi {
  /** Base URL, without a slash at the end. */
  url: string;
  /** Opens for callers; whoever came before was kept waiting. */
  open(api: ApiSpec, functions: ReadonlyMap<string, LambdaFunction>, authorize: Authorize): void;
  /** Accepts no more requests; those under way go on. */
  close(): void;
  /** Ends the connections that are left. */
  stop(): Promise<void>;
}

type Handle = (request: IncomingMessage) => Promise<HttpResponse>;

/** API Gateway's limit of a request's body. */
const BODY_LIMIT = 10 * 1024 * 1024;

/**
 * Takes the port.
 * @param port 0 for any
 * @throws LocalCloudError if the port is taken
 */
export async function startHttpApi(port: number, log: (line: string) => void): Promise<HttpApi> {
  const opened = Promise.withResolvers<Handle>();
  const server = createServer((request, response) => {
    opened.promise
      .then((handle) => handle(request))
      .catch((error: unknown) => {
        if (server.listening) log(`${request.method} ${request.url}: ${messageOf(error)}`);
        return FAILED();
      })
      .then(
        (answer) => send(response, answer),
        () => response.destroy(),
      );
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: (...args) => opened.resolve(createHandle(...args)),
    close() {
      server.close();
      server.closeIdleConnections();
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function createHandle(
  api: ApiSpec,
  functions: ReadonlyMap<string, LambdaFunction>,
  authorize: Authorize,
): Handle {
  const route = createRouter(api.routes);
  const takes = api.limits ? createThrottle(api.limits) : () => true;
  return async (request) => {
    const cors = api.cors ? corsHeaders(api.cors, request) : {};
    if (api.cors && isPreflight(request)) return { status: 204, headers: cors, body: "" };
    const answer = await respond(request);
    return { ...answer, headers: { ...answer.headers, ...cors } };
  };

  async function respond(request: IncomingMessage): Promise<HttpResponse> {
    const body = await readBody(request, BODY_LIMIT);
    if (!body) return plain(413, "Request Entity Too Large");
    const path = request.url?.split("?")[0] ?? "/";
    const match = route(request.method ?? "GET", path);
    const target = match && functions.get(match.route.target.logicalId);
    if (!match || !target) return plain(404, "Not Found");
    if (!takes(match.route.key)) return plain(429, "Too Many Requests", { "retry-after": "1" });
    const authorized = await authorize(request, body, match);
    if ("refused" in authorized) return authorized.refused;
    const event = toEvent(request, body, match, authorized.authorizer);
    return within(match.route.timeoutMilliseconds, invoke(target, event));
  }
}

async function invoke(target: LambdaFunction, event: unknown): Promise<HttpResponse> {
  try {
    return toResponse(await target.invoke(event));
  } catch (error) {
    if (error instanceof ThrottledError) {
      return plain(503, "Service Unavailable", { "retry-after": "1" });
    }
    if (error instanceof RequestTooLargeError) return plain(413, "Request Entity Too Large");
    throw error;
  }
}

/** The function goes on, but its caller hears no more of it. */
async function within(limit: number, answer: Promise<HttpResponse>): Promise<HttpResponse> {
  const late = Promise.withResolvers<HttpResponse>();
  const timer = setTimeout(() => late.resolve(plain(503, "Service Unavailable")), limit);
  answer.catch(() => {}); // heard below, or too late for anybody
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

function send(response: ServerResponse, { status, headers, body }: HttpResponse): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      const text = taken
        ? `Port ${port} is taken. Choose another with --port N, or --port 0 for any.`
        : `Port ${port} cannot be opened: ${error.message}`;
      reject(new LocalCloudError(text, { cause: error }));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}
