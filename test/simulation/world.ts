/**
 * Virtual time: events in order of their time; between two of them every promise that can go on
 * goes on. Nothing here waits for a real clock.
 */
import { Event, Heap } from "./heap.ts";

/** When every simulation begins, in milliseconds since the epoch. */
export const BEGINNING = 1_800_000_000_000;

/** What an event that calls a function gives if nobody goes on because of it. */
export const QUIET = true;

class Call extends Event {
  private readonly call: () => unknown;

  constructor(call: () => unknown) {
    super();
    this.call = call;
  }

  run(): boolean {
    return this.call() === QUIET;
  }
}

export class World {
  now = BEGINNING;
  private readonly events = new Heap();
  private count = 0;

  schedule(time: number, event: Event): void {
    event.at = Math.max(time, this.now);
    event.order = this.count++;
    this.events.push(event);
  }

  at(time: number, call: () => unknown): void {
    this.schedule(time, new Call(call));
  }

  after(milliseconds: number, call: () => unknown): void {
    this.schedule(this.now + milliseconds, new Call(call));
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /**
   * Runs until the time is reached, nothing is left to happen, or `done` says so. Rejects if an
   * event throws.
   */
  run(until: number, done: () => boolean = () => false): Promise<void> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          if (!this.next(until, done)) {
            resolve();
            return;
          }
        } catch (error) {
          reject(error);
          return;
        }
        // Node empties the queue of microtasks before it takes the next tick, so by then every
        // promise has gone on. A turn of the event loop would do as well, at five times the cost.
        queueMicrotask(nextTick);
      };
      const nextTick = () => process.nextTick(step);
      // A turn of the event loop: signals and output have their time between runs.
      setImmediate(step);
    });
  }

  /** Lets events happen until somebody goes on because of one. @returns whether somebody does */
  private next(until: number, done: () => boolean): boolean {
    for (;;) {
      const event = this.events.peek();
      if (!event || event.at > until || done()) {
        this.now = Math.max(this.now, Math.min(until, event?.at ?? this.now));
        return false;
      }
      this.events.pop();
      this.now = event.at;
      if (!event.run()) return true;
    }
  }
}
