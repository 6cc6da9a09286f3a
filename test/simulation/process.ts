/**
 * A simulated process: its calls to ports take time, may lose their answer, and it may die before
 * or after every one of them. What a dead process would have done next never happens.
 */
import type { Clock, Ports, Queues, Store } from "../../core/ports.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** How often what goes wrong; all are 0 once the faults have stopped. */
export interface Faults {
  /** A process dies at a call, before or after it. */
  death: number;
  /** A write is applied although its caller gets an error. */
  lostAnswer: number;
  /** A call fails and changes nothing. */
  failedCall: number;
  /** A process stands still at a call for up to a minute, its heartbeats too, and then goes on. */
  pause: number;
}

export const NO_FAULTS: Faults = { death: 0, lostAnswer: 0, failedCall: 0, pause: 0 };

export interface Environment {
  world: World;
  random: Random;
  /** May change while the simulation runs. */
  faults: Faults;
  /** Where processes died, by port and moment, with how often. */
  deaths: Map<string, number>;
  /** The calls to ports that processes made, by name. */
  calls: Set<string>;
  /** Calls that failed or whose answer was lost. */
  failures: number;
  /** Times that a process stood still. */
  pauses: number;
}

const NEVER = new Promise<never>(() => {});

export class SimulatedProcess {
  alive = true;
  private pausedUntil = 0;
  readonly died: Promise<void>;
  private announceDeath: () => void = () => {};
  private readonly env: Environment;
  /** Clocks of processes differ by up to half a second either way. */
  private readonly skew: number;

  constructor(env: Environment) {
    this.env = env;
    this.skew = env.random.whole(-500, 500);
    this.died = new Promise((resolve) => {
      this.announceDeath = resolve;
    });
  }

  die(): void {
    this.alive = false;
    this.announceDeath();
  }

  /** The ports as this process sees them. */
  ports(base: {
    config: Ports["config"];
    store: Store;
    queues: Queues;
    newId: () => string;
  }): Ports {
    return {
      config: base.config,
      store: this.wrap("store", base.store, STORE_LATENCY_MS),
      queues: this.wrap("queues", base.queues, QUEUE_LATENCY_MS),
      clock: this.clock(),
      random: () => this.env.random.next(),
      newId: base.newId,
    };
  }

  private clock(): Clock {
    const { world } = this.env;
    return {
      now: () => Math.round(world.now) + this.skew,
      sleep: async (milliseconds) => {
        await world.sleep(milliseconds);
        await this.standStill();
        if (!this.alive) await NEVER;
      },
      after: (milliseconds, call) => {
        let cancelled = false;
        world.after(milliseconds, () => {
          if (!cancelled && this.alive) call();
        });
        return () => {
          cancelled = true;
        };
      },
    };
  }

  private wrap<T extends object>(port: string, target: T, typical: number): T {
    return new Proxy(target, {
      get: (_, name) => {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== "function") return method;
        return (...args: unknown[]) =>
          this.call(`${port}.${String(name)}`, typical, () => method.apply(target, args));
      },
    });
  }

  private async call(name: string, typical: number, perform: () => unknown): Promise<unknown> {
    const { world, random } = this.env;
    this.env.calls.add(name);
    if (random.chance(this.env.faults.pause)) {
      this.env.pauses += 1;
      this.pausedUntil = world.now + random.whole(1000, MAX_PAUSE_MS);
    }
    await this.standStill();
    await this.maybeDie(`before ${name}`);
    if (random.chance(this.env.faults.failedCall)) {
      this.env.failures += 1;
      await world.sleep(random.latency(typical));
      throw new Error(`simulated: ${name} failed`);
    }
    await world.sleep(random.latency(typical) / 2);
    // The request is under way: it arrives even if the process has died meanwhile.
    const answer = await perform();
    await world.sleep(random.latency(typical) / 2);
    await this.maybeDie(`after ${name}`);
    if (random.chance(this.env.faults.lostAnswer)) {
      this.env.failures += 1;
      throw new Error(`simulated: the answer of ${name} was lost`);
    }
    return answer;
  }

  private async standStill(): Promise<void> {
    const { world } = this.env;
    while (world.now < this.pausedUntil) await world.sleep(this.pausedUntil - world.now);
  }

  private async maybeDie(where: string): Promise<void> {
    if (this.alive && this.env.random.chance(this.env.faults.death)) {
      this.env.deaths.set(where, (this.env.deaths.get(where) ?? 0) + 1);
      this.die();
    }
    if (!this.alive) await NEVER;
  }
}

/** Longer than any lease: whoever stands still for so long must find itself fenced. */
const MAX_PAUSE_MS = 60_000;

const STORE_LATENCY_MS = 4;
const QUEUE_LATENCY_MS = 8;
