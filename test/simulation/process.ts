/**
 * A simulated process: its calls to ports take time, may fail or lose their answer, and it may die
 * before or after every one of them. What a dead process would have done next never happens.
 */
import type { Clock } from "../../core/ports.ts";
import { type CrashPoint, callingPlace } from "./crashPoints.ts";
import type { Environment } from "./environment.ts";
import type { CallFault } from "./faults.ts";
import { type Call, Request } from "./request.ts";
import { QUIET } from "./world.ts";

/** What a dead process awaits. One each: who awaits a common one would stay in memory with it. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** How often the call at which a process dies takes seconds. */
const SLOW_BEFORE_DEATH = 0.3;

/** Longer than any lease: whoever stands still for so long must find itself fenced. */
const MAX_PAUSE_MS = 60_000;

function isBatch({ args }: Call): boolean {
  return args.some((each) => Array.isArray(each) && each.length > 1);
}

export class SimulatedProcess {
  alive = true;
  /** When it died (virtual milliseconds). */
  diedAt = Number.POSITIVE_INFINITY;
  readonly env: Environment;
  /** What it was started for: a function's name, or that of an API call. */
  readonly role: string;
  readonly number: number;
  readonly died: Promise<void>;
  /** Who only looks must write and send nothing. */
  looks = false;
  /** It stands still until then. */
  pausedUntil = 0;
  private announceDeath: () => void = () => {};
  /** Clocks of processes differ by up to a second. */
  private readonly skew: number;

  constructor(env: Environment, role: string) {
    this.env = env;
    this.role = role;
    this.number = env.history.newProcess();
    this.skew = env.random.whole(-500, 500);
    this.died = new Promise((resolve) => {
      this.announceDeath = resolve;
    });
  }

  die(why?: string): void {
    if (!this.alive) return;
    this.alive = false;
    this.diedAt = this.env.world.now;
    if (why) this.env.history.processDied(this, why);
    this.announceDeath();
  }

  readonly clock: Clock = {
    now: () => Math.round(this.env.world.now) + this.skew,
    sleep: (milliseconds) =>
      new Promise((resolve) =>
        this.env.world.after(milliseconds, () => this.goOn(resolve, undefined)),
      ),
    // At the same time, and after whatever can go on now.
    turn: () =>
      new Promise((resolve) => this.env.world.after(0, () => this.goOn(resolve, undefined))),
    after: (milliseconds, call) => {
      let cancelled = false;
      this.env.world.after(milliseconds, () => {
        if (cancelled || !this.alive) return QUIET;
        return call();
      });
      return () => {
        cancelled = true;
      };
    },
  };

  /** Makes a call to a port. */
  call(call: Call): Promise<unknown> {
    if (!this.alive) return never();
    const { faults, random } = this.env;
    const point = faults.deathAt(call.name);
    if (point) return this.dieAt(point, call);
    const fault = faults.ofCall(call.name, () => isBatch(call));
    if (fault !== undefined) return this.callWith(fault, call);
    return new Request(this, call, random.latency(call.typical)).promise;
  }

  private async dieAt({ moment, method, place }: CrashPoint, call: Call): Promise<never> {
    const { random, crashPoints } = this.env;
    // Often it has been slow before: then others were faster with what it had begun.
    const slow = random.chance(SLOW_BEFORE_DEATH) ? random.whole(100, 5000) : 0;
    const latency = random.latency(call.typical) + slow;
    if (moment === "after") await new Request(this, call, latency).promise;
    crashPoints.died(moment, method, place);
    this.die(`${moment} ${method} at ${place}`);
    return never();
  }

  private async callWith(fault: CallFault, call: Call): Promise<unknown> {
    const { world, random } = this.env;
    const { name } = call;
    const latency = random.latency(call.typical);
    const request = (args = call.args) => new Request(this, { ...call, args }, latency).promise;
    switch (fault) {
      case "death": {
        const moment = random.chance(0.5) ? "before" : "after";
        return this.dieAt({ moment, method: name, place: callingPlace() }, call);
      }
      case "pause":
        this.pausedUntil = world.now + random.whole(1000, MAX_PAUSE_MS);
        return request();
      case "failed call":
        await this.clock.sleep(latency + random.whole(0, 1000));
        throw new Error(`simulated: ${name} is throttled`);
      case "throttled call":
        await this.clock.sleep(random.whole(50, 2000));
        return request();
      case "lost answer":
        await request();
        throw new Error(`simulated: the answer of ${name} was lost`);
      case "repeated call":
        // What a long poll got is lost, and the SDK does not wait for its end.
        void request();
        await this.clock.sleep(latency + random.whole(50, 1000));
        return request();
      case "half a batch": {
        const half = (each: unknown) =>
          Array.isArray(each) ? each.slice(0, Math.floor(each.length / 2)) : each;
        await request(call.args.map(half));
        throw new Error(`simulated: ${name} did half of what it was to do`);
      }
    }
  }

  /**
   * Goes on with what was awaited: not if the process is dead, and later if it stands still.
   * @returns whether it does not go on now
   */
  goOn<T>(resolve: (value: T) => void, value: T): boolean {
    if (!this.alive) return QUIET;
    const { world } = this.env;
    if (world.now < this.pausedUntil) {
      world.at(this.pausedUntil, () => this.goOn(resolve, value));
      return QUIET;
    }
    resolve(value);
    return false;
  }
}
