/**
 * One function: its processes, started when there is something to do, up to a limit.
 */
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import type { FunctionSpec } from "../template/readFunction.ts";
import { exited, FunctionError, RequestTooLargeError, ThrottledError } from "./errors.ts";
import { type Invocation, Sandbox, type SandboxOptions, type SandboxState } from "./sandbox.ts";

/** Processes at the same time, for a function of which nothing says how many. */
export const DEFAULT_CONCURRENCY = 8;

/** Idle for so long, a process ends. */
const IDLE_MILLISECONDS = 5 * 60_000;

/** Loading code takes a core: more starts at a time would only slow each other down. */
const STARTS_AT_A_TIME = Math.max(1, Math.floor(availableParallelism() / 2));

/** Lambda's limit of an event, in bytes. */
const EVENT_LIMIT = 6 * 1024 * 1024;

export interface FunctionProcess {
  pid: number;
  /** As its requests name it, see `Call.session`. */
  session: string;
  state: SandboxState;
}

export class LambdaFunction {
  readonly spec: FunctionSpec;
  /** Processes that may run at the same time. */
  readonly limit: number;
  readonly #options: Omit<SandboxOptions, "onChange">;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #waiting: Invocation[] = [];
  readonly #sweep: NodeJS.Timeout;
  readonly #running = new Set<Promise<string>>();
  #stopped = false;

  /** @param limit processes at the same time, unless the function reserves a concurrency */
  constructor(options: Omit<SandboxOptions, "onChange">, limit = DEFAULT_CONCURRENCY) {
    this.spec = options.spec;
    this.limit = this.spec.reservedConcurrency ?? limit;
    this.#options = options;
    this.#sweep = setInterval(() => this.#endIdle(), IDLE_MILLISECONDS / 5);
    this.#sweep.unref();
  }

  /** Invocations that wait or run. */
  get running(): number {
    return this.#running.size;
  }

  /** Resolves when all that run now have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  get processes(): FunctionProcess[] {
    return [...this.#sandboxes].map(({ pid, session, state }) => ({ pid, session, state }));
  }

  /**
   * Runs the handler and gives the JSON text of its answer.
   * @param clientContext what its caller says of itself
   * @throws FunctionError if the invocation fails
   * @throws ThrottledError if the function reserves a concurrency and that is used up
   * @throws RequestTooLargeError if the event is larger than Lambda takes
   */
  invoke(event: unknown, clientContext?: unknown): Promise<string> {
    const bytes = Buffer.byteLength(JSON.stringify(event) ?? "");
    if (bytes > EVENT_LIMIT) return Promise.reject(new RequestTooLargeError(EVENT_LIMIT));
    const { name, reservedConcurrency } = this.spec;
    if (this.#stopped || (reservedConcurrency !== undefined && this.running >= this.limit)) {
      return Promise.reject(new ThrottledError(name, this.limit));
    }
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#running.add(promise);
    this.#waiting.push({
      requestId: randomUUID(),
      event,
      clientContext,
      settle: (outcome) => {
        this.#running.delete(promise);
        if ("payload" in outcome) resolve(outcome.payload);
        else reject(new FunctionError(name, outcome.failure));
      },
    });
    this.#dispatch();
    return promise;
  }

  /** Kills one of its processes, as a crash would; that of another function it leaves alone. */
  kill(process: number | string): void {
    for (const sandbox of this.#sandboxes) {
      if (sandbox.pid === process || sandbox.session === process) sandbox.kill();
    }
  }

  /** Takes no more invocations and kills all processes. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#sweep);
    for (const sandbox of this.#sandboxes) sandbox.kill();
    for (const { requestId, settle } of this.#waiting.splice(0)) {
      settle({ failure: exited(requestId, null, "SIGKILL") });
    }
    await Promise.all([...this.#sandboxes].map(({ ended }) => ended));
    this.#options.log.close();
  }

  /** Gives the process that was last in use the next invocation, so that others can end. */
  #dispatch(): void {
    const idle = [...this.#sandboxes]
      .filter(({ state }) => state === "idle")
      .sort((a, b) => b.idleSince - a.idleSince);
    for (const sandbox of idle) {
      const invocation = this.#waiting.shift();
      if (!invocation) return;
      sandbox.run(invocation);
    }
    const starting = this.#count("starting");
    const missing = Math.min(this.#waiting.length, STARTS_AT_A_TIME) - starting;
    const room = this.limit - this.#sandboxes.size;
    for (let i = 0; i < Math.min(missing, room) && !this.#stopped; i++) this.#start();
  }

  #start(): void {
    const sandbox = new Sandbox({ ...this.#options, onChange: (each) => this.#changed(each) });
    this.#sandboxes.add(sandbox);
  }

  #changed(sandbox: Sandbox): void {
    if (sandbox.state === "ended") {
      this.#sandboxes.delete(sandbox);
      // Whoever waits would start the same process again, and fail again, for ever.
      if (sandbox.unloadable) {
        this.#waiting.shift()?.settle({ failure: sandbox.unloadable });
      }
    }
    this.#dispatch();
  }

  #count(state: SandboxState): number {
    return [...this.#sandboxes].filter((sandbox) => sandbox.state === state).length;
  }

  #endIdle(): void {
    const before = Date.now() - IDLE_MILLISECONDS;
    for (const sandbox of this.#sandboxes) {
      if (sandbox.state === "idle" && sandbox.idleSince < before) sandbox.kill();
    }
  }
}
