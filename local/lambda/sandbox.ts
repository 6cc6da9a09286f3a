/**
 * One process of a function; it answers one invocation at a time.
 */
import { type ChildProcess, fork } from "node:child_process";
import { killGroup } from "../process/killGroup.ts";
import type { Reaper } from "../process/reaper.ts";
import type { FunctionSpec } from "../template/readFunction.ts";
import { exited, timedOut } from "./errors.ts";
import type { LogFile } from "./logFile.ts";
import type { FunctionFailure, SandboxMessage } from "./protocol.ts";

/** `ending`: it was killed and is about to end; it takes nothing more. */
export type SandboxState = "starting" | "idle" | "busy" | "ending" | "ended";

/** How an invocation ended: JSON text, or a failure. */
export type Outcome = { payload: string } | { failure: FunctionFailure };

export interface Invocation {
  requestId: string;
  event: unknown;
  clientContext?: unknown;
  settle(outcome: Outcome): void;
}

export interface SandboxOptions {
  spec: FunctionSpec;
  /** JavaScript to start with. */
  bootstrap: string;
  environment: Record<string, string>;
  log: LogFile;
  reaper: Reaper;
  /** Its state changed: it can take an invocation, or it has ended. */
  onChange(sandbox: Sandbox): void;
}

/** Lambda gives 10 s; this machine may be busy with many starts. */
const INIT_MILLISECONDS = 30_000;

let count = 0;

export class Sandbox {
  /**
   * Goes with every request that the process signs (as a session token), so that a request tells
   * which process sent it.
   */
  readonly session: string;
  state: SandboxState = "starting";
  /** When it became idle, in milliseconds since the epoch. */
  idleSince = Date.now();
  /** Why it ended before it could take an invocation, if so. */
  unloadable: FunctionFailure | undefined;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  readonly #options: SandboxOptions;
  readonly #child: ChildProcess;
  #current: Invocation | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: SandboxOptions) {
    this.#options = options;
    const { spec, bootstrap, environment, log, reaper } = options;
    this.session = `${spec.label}-${++count}`;
    this.#child = fork(bootstrap, [], {
      cwd: spec.directory,
      env: { ...environment, AWS_SESSION_TOKEN: this.session },
      execArgv: [`--max-old-space-size=${spec.memoryMegabytes}`],
      stdio: ["ignore", log.target, log.target, "ipc"],
      // A group of its own, to be killed whole; and Ctrl-C in a terminal is not for it.
      detached: true,
    });
    this.#timer = setTimeout(() => this.kill(), INIT_MILLISECONDS);
    reaper.watch(this.#child);
    log.follow(this.#child);
    this.#child.on("message", (message: SandboxMessage) => this.#hear(message));
    // What it has started ends with it. Its last words may still be under way: `close` comes after.
    this.#child.once("exit", () => killGroup(this.pid));
    this.ended = new Promise((resolve) => {
      const end = (code: number | null, signal: string | null) => {
        this.#end(code, signal);
        resolve();
      };
      this.#child.once("close", end);
      this.#child.once("error", () => end(null, "could not be started"));
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Hands it an invocation; only while it is idle. */
  run(invocation: Invocation): void {
    const { spec } = this.#options;
    const { requestId, event, clientContext } = invocation;
    this.state = "busy";
    this.#current = invocation;
    const limit = spec.timeoutSeconds * 1000;
    this.#timer = setTimeout(() => this.#overrun(invocation), limit);
    const deadline = Date.now() + limit;
    const message = { requestId, event, clientContext, deadline, arn: spec.arn };
    this.#child.send(message, () => {}); // if the process is gone, `exit` tells
  }

  kill(): void {
    if (this.state === "ended") return;
    if (this.state === "starting") this.unloadable ??= exited("init", null, "SIGKILL");
    this.state = "ending";
    killGroup(this.pid);
  }

  #hear(message: SandboxMessage): void {
    if (message.kind === "unloadable") {
      this.unloadable = message.failure;
      return;
    }
    if (message.kind === "ready") clearTimeout(this.#timer);
    else this.#settle(message);
    if (this.state === "ending") return;
    this.state = "idle";
    this.idleSince = Date.now();
    this.#options.onChange(this);
  }

  #overrun({ requestId }: Invocation): void {
    this.#settle({ failure: timedOut(requestId, this.#options.spec.timeoutSeconds) });
    this.kill();
  }

  #end(code: number | null, signal: string | null): void {
    if (this.state === "ended") return;
    if (this.state === "starting") this.unloadable ??= exited("init", code, signal);
    this.state = "ended";
    clearTimeout(this.#timer);
    const { requestId } = this.#current ?? {};
    if (requestId) this.#settle({ failure: exited(requestId, code, signal) });
    this.#options.onChange(this);
  }

  #settle(outcome: Outcome): void {
    clearTimeout(this.#timer);
    const invocation = this.#current;
    this.#current = undefined;
    invocation?.settle(outcome);
  }
}
