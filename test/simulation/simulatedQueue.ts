/**
 * One simulated queue: which of its messages are visible, and who waits for them.
 */
import type { Depth } from "../../core/ports.ts";
import type { Environment } from "./environment.ts";

export interface Message {
  body: unknown;
  sentAt: number;
  receives: number;
  /** Of the last delivery. */
  handle: string;
  where: "ready" | "hidden" | "dead" | "gone";
  /** Rises with each change of its visibility. */
  epoch: number;
  /** Since when it is visible; of a dead letter, until when it is hidden. */
  readyAt: number;
  /** What stands in one that names no future. */
  text?: string;
}

/** Tries to take a message, and says whether it goes on waiting for one. */
export type Attempt = () => "waits" | "is over";

export class SimulatedQueue {
  /** Messages that were ever sent to it, duplicates included. */
  added = 0;
  readonly ready: Message[] = [];
  readonly dead: Message[] = [];
  private readonly hidden = new Set<Message>();
  private readonly waiting: Attempt[] = [];

  /** Adds a message that cannot be seen. */
  add(message: Message): void {
    message.where = "hidden";
    this.hidden.add(message);
  }

  hide(message: Message): void {
    this.take(message);
    this.add(message);
  }

  /**
   * Makes a hidden message visible, or gives it to the first who waits.
   * @returns whether nobody waits
   */
  show(message: Message): boolean {
    this.hidden.delete(message);
    message.where = "ready";
    this.ready.push(message);
    const quiet = this.waiting.length === 0;
    for (let left = this.waiting.length; left > 0 && this.ready.length > 0; left -= 1) {
      const attempt = this.waiting.shift();
      // What it found was a dead letter: it goes on waiting.
      if (attempt?.() === "waits") this.waiting.push(attempt);
    }
    return quiet;
  }

  /** Takes a message out, wherever it is. */
  take(message: Message): void {
    if (this.hidden.delete(message)) return;
    const index = this.ready.indexOf(message);
    if (index !== -1) this.ready.splice(index, 1);
  }

  /** A visible message, mostly the one that has been so for longest. */
  pick({ faults, random }: Environment): Message | undefined {
    const { ready } = this;
    if (ready.length < 2 || !faults.strikes("disorder")) return ready[0];
    return ready[random.whole(0, ready.length - 1)];
  }

  wait(attempt: Attempt): void {
    this.waiting.push(attempt);
  }

  /** Messages that are no dead letters. */
  all(): Message[] {
    return [...this.ready, ...this.hidden];
  }

  depth(): Depth {
    let inFlight = 0;
    for (const { receives } of this.hidden) if (receives > 0) inFlight += 1;
    return { ready: this.ready.length, inFlight, delayed: this.hidden.size - inFlight };
  }
}
