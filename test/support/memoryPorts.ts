/**
 * Ports in memory for tests of the rules and of the functions' code.
 */
import { DEFAULT_CONFIG } from "../../core/config.ts";
import type { Clock, Ports } from "../../core/ports.ts";
import { MemoryObjects } from "./memoryObjects.ts";
import { MemoryQueues } from "./memoryQueues.ts";
import { MemoryStore } from "./memoryStore.ts";

/** A clock that stands until a test moves it; a sleep moves it. */
export class ManualClock implements Clock {
  private time = 1_800_000_000_000;

  now(): number {
    return this.time;
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.advance(milliseconds);
  }

  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Nothing is called of itself: a test that needs that uses the simulation's clock. */
  after(): () => void {
    return () => {};
  }
}

export interface MemoryPorts extends Ports {
  store: MemoryStore;
  objects: MemoryObjects;
  queues: MemoryQueues;
  clock: ManualClock;
}

/** Fresh ports; ids are `id-1`, `id-2`, …, and randomness is always one half. */
export function memoryPorts(config: Partial<Ports["config"]> = {}): MemoryPorts {
  const clock = new ManualClock();
  let count = 0;
  return {
    config: { ...DEFAULT_CONFIG, ...config },
    store: new MemoryStore(),
    objects: new MemoryObjects(),
    queues: new MemoryQueues(clock),
    clock,
    random: () => 0.5,
    newId: () => `id-${++count}`,
  };
}
