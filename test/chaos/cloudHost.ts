/**
 * The process of the cloud as the runner holds it: started, asked, killed, started again.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { HostSettings, Question, Ready, Reply } from "./protocol.ts";

const HOST = fileURLToPath(new URL("./host.ts", import.meta.url));

export class CloudHost {
  readonly #child: ChildProcess;
  readonly #ready = Promise.withResolvers<Ready>();
  readonly #asked = new Map<number, (answer: unknown) => void>();
  #count = 0;
  #dead = false;

  private constructor(settings: HostSettings) {
    this.#child = fork(HOST, [JSON.stringify(settings)], {
      execArgv: ["--expose-gc"],
      // A group of its own: Ctrl-C is for the runner.
      detached: true,
    });
    this.#child.on("message", (reply: Reply) => this.#hear(reply));
    this.#child.once("exit", (code, signal) => this.#end(`The cloud ended: ${signal ?? code}.`));
  }

  /**
   * @throws Error if the cloud does not start
   */
  static async start(settings: HostSettings): Promise<{ host: CloudHost; ready: Ready }> {
    const host = new CloudHost(settings);
    return { host, ready: await host.#ready.promise };
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Undefined if the cloud is dead, or dies before it answers. */
  async ask<T>(ask: Question): Promise<T | undefined> {
    if (this.#dead) return undefined;
    const id = ++this.#count;
    const answer = new Promise<unknown>((resolve) => this.#asked.set(id, resolve));
    this.#child.send({ id, ask }, () => {}); // if it is gone, `exit` tells
    return (await answer) as T | undefined;
  }

  /** Kills it as a power cut would: functions and emulators end with it. */
  async kill(): Promise<void> {
    if (this.#dead) return;
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await ended;
  }

  #hear(reply: Reply): void {
    if ("ready" in reply) this.#ready.resolve(reply.ready);
    else if ("failed" in reply) this.#ready.reject(new Error(reply.failed));
    else {
      this.#asked.get(reply.id)?.(reply.answer);
      this.#asked.delete(reply.id);
    }
  }

  #end(why: string): void {
    this.#dead = true;
    this.#ready.reject(new Error(why));
    for (const resolve of this.#asked.values()) resolve(undefined);
    this.#asked.clear();
  }
}
