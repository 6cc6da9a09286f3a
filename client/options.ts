/**
 * Settings of a client.
 */
import { type AuthorizationOptions, authorizationOf } from "./authorization.ts";
import type { CallRetry } from "./backoff.ts";
import { ForerunError } from "./errors.ts";
import type { Fetch, TransportOptions } from "./transport.ts";

export interface ForerunOptions extends AuthorizationOptions {
  /** URL of the deployment's API. @default the environment variable FORERUN_URL */
  endpoint?: string | undefined;
  /**
   * Sends the requests instead of the global `fetch`, such as through a proxy. One that signs them
   * itself wants `sign: false` beside it.
   * @default globalThis.fetch
   */
  fetch?: Fetch | undefined;
  /** Headers of every request, such as `authorization`. @default none */
  headers?: Readonly<Record<string, string>> | undefined;
  /**
   * How calls are repeated when no answer comes, or one that says that it is the server's fault
   * (429, 5xx). Repeating is safe: each call carries an id made before its first request.
   * @default 5 requests within 60 s, backoff from 0.2 s with full jitter
   */
  retry?: CallRetry | undefined;
  /**
   * Seconds after which one request is given up and repeated, besides the time for which the
   * server was asked to hold it. @default 30
   */
  timeoutSeconds?: number | undefined;
}

/** @throws ForerunError that says how to name the endpoint, or which options do not fit together */
export function resolveOptions(options: ForerunOptions): TransportOptions {
  const endpoint = checkEndpoint(options.endpoint ?? endpointOfEnvironment());
  const headers = options.headers ?? {};
  return {
    endpoint,
    // Browsers refuse to call fetch as the method of another object.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    headers,
    authorize: authorizationOf(endpoint, headers, options),
    retry: options.retry ?? {},
    timeoutSeconds: options.timeoutSeconds ?? 30,
  };
}

/** Browsers have no process. */
function endpointOfEnvironment(): string | undefined {
  return typeof process === "undefined" ? undefined : process.env?.FORERUN_URL;
}

function checkEndpoint(endpoint: string | undefined): string {
  if (!endpoint) {
    throw new ForerunError(
      "No endpoint: give `new Forerun({ endpoint })` the URL that `npm start` prints, or that the " +
        "stack has as its output, or put it into the environment variable FORERUN_URL.",
    );
  }
  if (!URL.canParse(endpoint) || !/^https?:$/.test(new URL(endpoint).protocol)) {
    throw new ForerunError(`The endpoint "${endpoint}" is no URL of http or https.`);
  }
  return endpoint.replace(/\/+$/, "");
}
