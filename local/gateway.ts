/**
 * The one address at which functions find the services of AWS: knows each caller by its access key,
 * and leads every request through the interceptors to what answers it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "./errors.ts";
import {
  type Answer,
  BrokenConnection,
  type Caller,
  type Next,
  type Service,
} from "./gateway/call.ts";
import type { Callers } from "./gateway/callers.ts";
import { awsError } from "./gateway/errors.ts";
import { readPresigned } from "./gateway/presigned.ts";
import { readRequest } from "./gateway/request.ts";
import { resourceOf } from "./gateway/resource.ts";
import { readBody } from "./http/body.ts";
import type { Json } from "./json.ts";

export interface Gateway {
  /** Base URL, without a slash at the end. */
  url: string;
  /** Sets what answers; until then requests wait. */
  serve(next: Next): void;
  /** A request from this very process, which needs no HTTP. */
  call: InProcessCall;
  stop(): Promise<void>;
}

/** @param gone whether the caller has stopped to wait for the answer */
export type InProcessCall = (
  caller: Caller,
  service: Service,
  operation: string,
  body: Json,
  gone?: () => boolean,
) => Promise<Answer>;

export async function startGateway(
  callers: Callers,
  log: (line: string) => void,
): Promise<Gateway> {
  const ready = Promise.withResolvers<Next>();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<Answer> => {
    const asked = readRequest(request);
    if (!asked) {
      const what = request.headers["x-amz-target"] ?? `${request.method} ${request.url}`;
      const message =
        "The embedded cloud serves SQS, DynamoDB, objects of S3, EventBridge's PutEvents, Lambda's " +
        `Invoke and X-Ray, not ${what}.`;
      return awsError("sqs", 400, "UnknownOperationException", message);
    }
    const { service, operation } = asked;
    const presigned = service === "s3" ? await readPresigned(request, callers) : undefined;
    if (presigned && "refused" in presigned) {
      return awsError("s3", 403, presigned.refused, presigned.message);
    }
    const caller = presigned?.caller ?? callers.of(request.headers.authorization);
    if (!caller) {
      if (service === "s3") return awsError("s3", 403, "AccessDenied", "Access Denied");
      const message = "The security token included in the request is invalid.";
      return service === "sqs"
        ? awsError(service, 403, "InvalidClientTokenId", message)
        : awsError(service, 400, "UnrecognizedClientException", message);
    }
    const body = asked.parameters((await readBody(request)) ?? Buffer.alloc(0));
    if (!body) return awsError(service, 400, "SerializationException", "The body is no object.");
    const next = await ready.promise;
    return next({
      caller,
      session: presigned?.session ?? request.headers["x-amz-security-token"]?.toString(),
      service,
      operation,
      resource: resourceOf(service, body),
      body,
      gone: () => response.destroyed,
    });
  };

  const server = createServer((request, response) => {
    answer(request, response).then(
      ({ status, headers, body, text, bytes }) => {
        const content = bytes ?? text ?? JSON.stringify(body);
        response.writeHead(status, {
          "content-type": "application/x-amz-json-1.0",
          ...headers,
          "content-length": Buffer.byteLength(content),
        });
        response.end(content);
      },
      (error: unknown) => {
        response.destroy();
        if (!(error instanceof BrokenConnection)) log(`gateway: ${messageOf(error)}`);
      },
    );
  });
  // Connections stay open until the caller closes them: otherwise a request could meet a
  // connection that is just being closed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (next) => ready.resolve(next),
    async call(caller, service, operation, body, gone = () => false) {
      const next = await ready.promise;
      const resource = resourceOf(service, body);
      const session = undefined;
      return next({ caller, session, service, operation, resource, body, gone });
    },
    async stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
