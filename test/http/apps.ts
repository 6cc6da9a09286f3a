/**
 * The two HTTP functions in memory, and callers of them as API Gateway would announce them.
 */
import type { FutureRecord } from "../../core/future.ts";
import { createApi } from "../../functions/api/app.ts";
import type { HttpApp } from "../../functions/http/caller.ts";
import { openApiDocument } from "../../functions/http/document.ts";
import type { CallerEvent, TenantClaim } from "../../functions/http/tenant.ts";
import { createWaitApp } from "../../functions/wait/app.ts";
import { type MemoryPorts, memoryPorts } from "../support/memoryPorts.ts";
import { allRecords } from "../support/promises.ts";

export interface Answered {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of many calls, which tests look into
  body: any;
  text: string;
  headers: Headers;
}

export interface Apps {
  ports: MemoryPorts;
  api: HttpApp;
  /** Everything that was logged, as JSON. */
  logged: string[];
  /** Sends a request to the function that serves it. */
  send(method: string, path: string, body?: unknown, options?: SendOptions): Promise<Answered>;
}

export interface SendOptions {
  event?: CallerEvent;
  headers?: Record<string, string>;
}

export function startApps(tenantClaim?: TenantClaim): Apps {
  const ports = memoryPorts();
  const logged: string[] = [];
  const log = (...parts: unknown[]) => void logged.push(JSON.stringify(parts));
  const logger = { debug: log, info: log, error: log };
  const manifest = { tasks: { works: { timeoutSeconds: 60 } } };
  const document = () => JSON.stringify(openApiDocument());
  const api = createApi({ ports, logger, manifest, document, tenantClaim });
  const wait = createWaitApp({ ports, logger, tenantClaim });
  return {
    ports,
    api,
    logged,
    async send(method, path, body, { event = {}, headers = {} } = {}) {
      const isRead = method === "GET" && path.startsWith("/futures");
      const json = { "content-type": "application/json", ...headers };
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const init = { method, headers: json, ...(body === undefined ? {} : { body: text }) };
      const response = await (isRead ? wait : api).request(path, init, { event });
      const answer = await response.text();
      const { status, headers: given } = response;
      return { status, text: answer, body: JSON.parse(answer), headers: given };
    },
  };
}

/** A caller with a JWT that has the claim `custom:tenant`. */
export function jwtOf(tenant: unknown): CallerEvent {
  return { requestContext: { authorizer: { jwt: { claims: { "custom:tenant": tenant } } } } };
}

/** All futures that are stored. */
export const stored = ({ ports }: Apps): Promise<FutureRecord[]> => allRecords(ports);
