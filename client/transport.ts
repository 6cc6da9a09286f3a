/**
 * Calls to the API: one HTTP request each, repeated when its answer is lost or says "later".
 */
import type { Authorize } from "./authorization.ts";
import { backoffMs, type CallRetry, pause, retryAfterSeconds } from "./backoff.ts";
import { ConnectionError, ForerunError, RequestError } from "./errors.ts";
import { checkSize } from "./json.ts";
import { toRequestError } from "./problems.ts";

/** What stands in for the global `fetch`. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  endpoint: string;
  fetch: Fetch;
  headers: Readonly<Record<string, string>>;
  /** Adds what shows who sends a request. @default nothing */
  authorize?: Authorize | undefined;
  retry: CallRetry;
  /** Seconds that one request may take, not counting the time that it asks the server to hold it. */
  timeoutSeconds: number;
}

export interface CallOptions {
  /** JSON text. */
  body?: string;
  signal?: AbortSignal;
  /** Seconds for which the server may hold the answer. */
  holdSeconds?: number;
  /** Answers that say "later" (429, 503) do not count as attempts: whoever awaits, waits. */
  patient?: boolean;
}

export interface Answer<T> {
  value: T;
  /** Requests sent, repeats included. */
  attempts: number;
  /** The server asks not to be called again for so long. */
  retryAfterSeconds: number | undefined;
}

interface Reply {
  status: number;
  text: string;
  retryAfterSeconds: number | undefined;
}

const LATER = [429, 503];
/** S3's answers to an address whose time is over, or whose object has gone. */
const OVER = [403, 404];
/** Bytes a second of a slow connection: a large result has so much more time. */
const SLOW = 250_000;

export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /**
   * Every call may be repeated: reads change nothing, and writes carry ids made before the first
   * request, by which the server knows them again.
   *
   * @throws ConnectionError, RequestError; the signal's reason if it aborts
   */
  async call<T>(method: string, path: string, options: CallOptions = {}): Promise<Answer<T>> {
    const { retry, endpoint } = this.#options;
    if (options.body !== undefined) checkSize(options.body);
    let failures = 0;
    const begun = performance.now();
    const elapsed = () => (performance.now() - begun) / 1000;
    for (let attempts = 1; ; attempts++) {
      const reply = await this.#exchange(method, path, options);
      if (!(reply instanceof Error) && reply.status < 300) {
        const value = this.#parse<T>(method, path, reply);
        return { value, attempts, retryAfterSeconds: reply.retryAfterSeconds };
      }
      const later = !(reply instanceof Error) && LATER.includes(reply.status);
      if (!(later && options.patient)) failures++;
      const transient = later || reply instanceof Error || reply.status >= 500;
      const wanted = reply instanceof Error ? undefined : reply.retryAfterSeconds;
      const wait = backoffMs(retry, attempts, wanted);
      const late = !options.patient && elapsed() + wait / 1000 > (retry.deadlineSeconds ?? 60);
      if (!transient || late || failures >= (retry.maxAttempts ?? 5)) {
        if (reply instanceof Error) throw unreachable(endpoint, reply, attempts);
        throw toRequestError({ endpoint, method, path, attempts, seconds: elapsed(), ...reply });
      }
      await pause(wait, options.signal);
    }
  }

  /**
   * The JSON text at an address of its own, which shows all the right that it takes: what the API
   * asks for is not sent there. Repeated as a call is.
   * @returns undefined if the address is not good any more
   * @throws ConnectionError, RequestError; the signal's reason if it aborts
   */
  async download(url: string, bytes: number, signal?: AbortSignal): Promise<string | undefined> {
    const { retry, timeoutSeconds } = this.#options;
    const { origin } = new URL(url);
    const timeLimit = timeoutSeconds + bytes / SLOW;
    for (let attempts = 1; ; attempts++) {
      const reply = await this.#send(url, { method: "GET" }, timeLimit, signal);
      if (!(reply instanceof Error) && reply.status === 200) return reply.text;
      if (!(reply instanceof Error) && OVER.includes(reply.status)) return undefined;
      const transient = reply instanceof Error || reply.status === 429 || reply.status >= 500;
      if (!transient || attempts >= (retry.maxAttempts ?? 5)) {
        if (reply instanceof Error) throw unreachable(origin, reply, attempts);
        const message = `The download of a result was answered ${reply.status}.`;
        throw new RequestError(message, { status: reply.status, attempts });
      }
      await pause(backoffMs(retry, attempts), signal);
    }
  }

  /** One request to the API; the error if no whole answer came. */
  async #exchange(
    method: string,
    path: string,
    { body, signal, holdSeconds = 0 }: CallOptions,
  ): Promise<Reply | Error> {
    signal?.throwIfAborted();
    const { endpoint, authorize, timeoutSeconds } = this.#options;
    const url = `${endpoint}${path}`;
    const headers = {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...this.#options.headers,
    };
    // Outside the time limit and the repeats: who has no credentials has none a second later.
    const authorized = (await authorize?.({ method, url, headers, body })) ?? {};
    const request = {
      method,
      headers: { ...headers, ...authorized },
      ...(body === undefined ? {} : { body }),
    };
    return this.#send(url, request, timeoutSeconds + holdSeconds, signal);
  }

  async #send(
    url: string,
    request: RequestInit,
    seconds: number,
    signal: AbortSignal | undefined,
  ): Promise<Reply | Error> {
    signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(Math.ceil(seconds * 1000));
    try {
      const response = await this.#options.fetch(url, {
        ...request,
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const text = await response.text();
      return {
        status: response.status,
        text,
        retryAfterSeconds: retryAfterSeconds(response.headers),
      };
    } catch (cause) {
      signal?.throwIfAborted();
      return cause instanceof Error ? cause : new ForerunError(String(cause));
    }
  }

  #parse<T>(method: string, path: string, { status, text }: Reply): T {
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      const hint = `is ${this.#options.endpoint} the endpoint of a Forerun deployment?`;
      const message = `${method} ${path} was answered ${status} with something else than JSON; ${hint}`;
      throw new RequestError(message, { status, cause });
    }
  }
}

function unreachable(endpoint: string, cause: Error, attempts: number): ConnectionError {
  const tries = attempts === 1 ? "" : ` (${attempts} tries)`;
  const help =
    'Is it running? "npm start" starts the embedded cloud and prints its URL; give that as ' +
    "`endpoint` or in FORERUN_URL.";
  return new ConnectionError(
    endpoint,
    `No answer from ${endpoint}: ${reasonOf(cause)}${tries}. ${help}`,
    { cause },
  );
}

/** What lies beneath fetch's "fetch failed". */
function reasonOf(error: Error): string {
  if (error.cause instanceof Error) return reasonOf(error.cause);
  // An AggregateError (a name with several addresses) has a code and an empty message.
  return error.message || String((error as { code?: unknown }).code ?? error.name);
}
