/**
 * How many scenarios play at once: more while calls are answered in time, fewer while they are
 * late, so that a slow or busy machine takes longer and still keeps up with the tick.
 */
import { LATE_TICKS } from "./lateness.ts";

/** Scenarios at once to begin with. */
const FIRST = 6;
/** However late all is: with fewer there would be no end to it. */
const FEWEST = 3;
/** Milliseconds without delays after which one more may play… */
const CALM_MS = 1000;
/** …and in which delays make it one fewer only once: they come in crowds. */
const CROWD_MS = 1000;

export class Pace {
  #most = FIRST;
  #playing = 0;
  #lessAt = 0;
  #moreAt = Date.now();

  /** Whether another scenario may begin. */
  allows(): boolean {
    const calm = Date.now() - Math.max(this.#lessAt, this.#moreAt) > CALM_MS;
    // What is not used shows nothing.
    if (calm && this.#playing >= this.#most) {
      this.#most += 1;
      this.#moreAt = Date.now();
    }
    return this.#playing < this.#most;
  }

  /** Takes in by how many ticks something was delayed. */
  note(ticks: number): void {
    if (ticks < LATE_TICKS || Date.now() - this.#lessAt < CROWD_MS) return;
    this.#lessAt = Date.now();
    this.#most = Math.max(FEWEST, Math.min(this.#most, this.#playing) - 1);
  }

  async during<T>(play: Promise<T>): Promise<T> {
    this.#playing += 1;
    try {
      return await play;
    } finally {
      this.#playing -= 1;
    }
  }
}
