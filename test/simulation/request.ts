/**
 * A call to a port under way: it arrives, has its effect, and its answer comes back. It arrives even
 * if the process has died meanwhile.
 */
import { Event } from "./heap.ts";
import type { SimulatedProcess } from "./process.ts";
import { QUIET } from "./world.ts";

/** Most answers come with the effect as far as anyone can tell; the others leave time in between. */
const ANSWERED_AT_ONCE = 0.7;

/** What a port does, without a promise unless it takes time. */
export type Perform = (...args: unknown[]) => unknown;

export interface Call {
  /** Such as `store.update`. */
  name: string;
  /** Milliseconds that it takes. */
  typical: number;
  perform: Perform;
  target: object;
  args: unknown[];
  /** When the code made it (virtual milliseconds); the SDK may send it later, and again. */
  madeAt: number;
}

export class Request extends Event {
  readonly promise: Promise<unknown>;
  private resolve: (value: unknown) => void = () => {};
  private reject: (error: unknown) => void = () => {};
  private readonly process: SimulatedProcess;
  private readonly call: Call;
  private readonly sentAt: number;
  /** Milliseconds that the answer takes. */
  private readonly back: number;
  private value: unknown;
  private stage: "under way" | "answered" = "under way";

  constructor(process: SimulatedProcess, call: Call, latency: number) {
    super();
    this.process = process;
    this.call = call;
    const { world, random } = process.env;
    this.sentAt = Math.max(world.now, process.pausedUntil);
    this.back = random.chance(ANSWERED_AT_ONCE) ? 0 : latency / 2;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    world.schedule(this.sentAt + latency - this.back, this);
  }

  run(): boolean {
    if (this.stage === "answered") return this.process.goOn(this.resolve, this.value);
    const { env } = this.process;
    // It stood still as it was to make the call, and died before it went on.
    if (this.process.diedAt < this.sentAt) return QUIET;
    const { perform, target, args } = this.call;
    env.acting = this.process;
    env.calledAt = this.call.madeAt;
    const value = perform.apply(target, args);
    env.acting = undefined;
    if (!(value instanceof Promise)) return this.answer(value);
    value.then((later) => this.answer(later), this.reject);
    return false;
  }

  private answer(value: unknown): boolean {
    this.stage = "answered";
    this.value = value;
    if (this.back === 0) return this.process.goOn(this.resolve, value);
    const { world } = this.process.env;
    world.schedule(world.now + this.back, this);
    return true;
  }
}
