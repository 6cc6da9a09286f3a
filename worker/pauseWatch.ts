/**
 * What a worker's process knows of pauses: read at most every few seconds, and only while there is
 * work, so that no task costs a read of its own.
 */
import { SKEW_MS } from "../core/lease.ts";
import { PAUSES_KNOWN_MS, pausedBands } from "../core/pauses.ts";
import type { Ports } from "../core/ports.ts";

/** Indexes of bands. */
type Paused = ReadonlySet<number>;

export class PauseWatch {
  /** As it was last read, perhaps long ago: Lambda freezes processes for hours. */
  last: Paused = new Set();
  private readAt = Number.NEGATIVE_INFINITY;
  private reading: Promise<Paused> | undefined;
  private readonly ports: Ports;

  constructor(ports: Ports) {
    this.ports = ports;
  }

  /** As it was at the most a few seconds ago. */
  current(): Promise<Paused> {
    return this.since(this.ports.clock.now() - PAUSES_KNOWN_MS);
  }

  /** As it was read after a message was sent, by the clock of the queue. */
  afterMessage(sentAt: number): Promise<Paused> {
    return this.since(sentAt + SKEW_MS);
  }

  /** What was read since that time; what is not known is read now. */
  private async since(time: number): Promise<Paused> {
    if (this.readAt >= time) return this.last;
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    return this.reading;
  }

  private async read(): Promise<Paused> {
    const at = this.ports.clock.now();
    const { bands, pool } = this.ports.config;
    this.last = pausedBands(bands, pool, await this.ports.store.pauses());
    this.readAt = at;
    return this.last;
  }
}
