/**
 * Processes that one mishap befalls: at one chosen call to a port, whichever process makes it.
 */
import type { Ports } from "../../core/ports.ts";

export const FATES = [
  /** The process dies: what it would have done next never happens. */
  "dies before",
  "dies after",
  /** The call throws and has done nothing. */
  "call fails",
  /** The call throws and has done its work. */
  "answer lost",
  /** The SDK lost the answer and has made the call again. */
  "repeated",
] as const;

export type Fate = (typeof FATES)[number];

/** How a process's work ended. */
export type End<T> = { how: "answered"; value: T } | { how: "threw" | "died" };

/** Calls that change something. To die at one that reads is to die at the change before it. */
const CHANGES = /^(insert|update|report|put|keep|remove|send|hide)/;

/** Counts the changes that all its processes make; at number `at` the mishap happens. */
export class Mishap {
  calls = 0;
  /** What happened, such as "dies after store.update"; undefined if it never came to that. */
  happened: string | undefined;
  private readonly at: number;
  private readonly fate: Fate;

  constructor(at = Number.POSITIVE_INFINITY, fate: Fate = "dies before") {
    this.at = at;
    this.fate = fate;
  }

  /** Runs work in a process of its own. */
  async process<T>(ports: Ports, work: (ports: Ports) => Promise<T>): Promise<End<T>> {
    let die = () => {};
    const died = new Promise<End<T>>((resolve) => {
      die = () => resolve({ how: "died" });
    });
    const life = { alive: true, die };
    const wrapped: Ports = {
      ...ports,
      store: this.wrap("store", ports.store, life),
      objects: this.wrap("objects", ports.objects, life),
      queues: this.wrap("queues", ports.queues, life),
    };
    const ended = work(wrapped).then(
      (value): End<T> => ({ how: "answered", value }),
      (error): End<T> => {
        // Anything else is what the test is looking for.
        if (!(error instanceof SimulatedError)) throw error;
        return { how: "threw" };
      },
    );
    return Promise.race([ended, died]);
  }

  private wrap<T extends object>(port: string, target: T, life: Life): T {
    return new Proxy(target, {
      get: (_, name) => {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== "function") return method;
        if (!CHANGES.test(String(name))) {
          return (...args: unknown[]) => (life.alive ? method.apply(target, args) : NEVER);
        }
        return (...args: unknown[]) =>
          this.call(`${port}.${String(name)}`, () => method.apply(target, args), life);
      },
    });
  }

  private async call(name: string, perform: () => unknown, life: Life): Promise<unknown> {
    if (!life.alive) return NEVER;
    this.calls += 1;
    if (this.calls !== this.at) return perform();
    this.happened = `${this.fate} ${name}`;
    if (this.fate === "dies after" || this.fate === "answer lost" || this.fate === "repeated") {
      await perform();
    }
    if (this.fate === "repeated") return perform();
    if (this.fate === "call fails" || this.fate === "answer lost") {
      throw new SimulatedError(`simulated: ${this.happened}`);
    }
    life.alive = false;
    life.die();
    return NEVER;
  }
}

class SimulatedError extends Error {}

interface Life {
  alive: boolean;
  die: () => void;
}

const NEVER = new Promise<never>(() => {});
