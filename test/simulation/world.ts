/**
 * Virtual time: events in order of their time; between two of them every promise that can go on
 * goes on. Nothing here waits for a real clock.
 */
import { setImmediate } from "node:timers/promises";

interface Event {
  at: number;
  order: number;
  run: () => void;
}

export class World {
  /** Milliseconds since the epoch of the simulation. */
  now = 1_800_000_000_000;
  private readonly events = new Heap();
  private count = 0;

  at(time: number, run: () => void): void {
    this.events.push({ at: Math.max(time, this.now), order: this.count++, run });
  }

  after(milliseconds: number, run: () => void): void {
    this.at(this.now + milliseconds, run);
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  /** Runs until the time is reached, nothing is left to happen, or `done` says so. */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    await setImmediate();
    for (;;) {
      const next = this.events.peek();
      if (!next || next.at > until || done()) break;
      this.events.pop();
      this.now = next.at;
      next.run();
      await setImmediate();
    }
    this.now = Math.max(this.now, Math.min(until, this.events.peek()?.at ?? this.now));
  }
}

/** A binary heap by time, then by the order of arrival. */
class Heap {
  private readonly items: Event[] = [];

  peek(): Event | undefined {
    return this.items[0];
  }

  push(event: Event): void {
    const { items } = this;
    let index = items.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(event, items[parent] as Event)) break;
      items[index] = items[parent] as Event;
      index = parent;
    }
    items[index] = event;
  }

  pop(): void {
    const { items } = this;
    const last = items.pop();
    if (!last || items.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= items.length) break;
      const right = items[child + 1];
      if (right && isBefore(right, items[child] as Event)) child += 1;
      if (!isBefore(items[child] as Event, last)) break;
      items[index] = items[child] as Event;
      index = child;
    }
    items[index] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
