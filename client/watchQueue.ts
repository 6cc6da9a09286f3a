/**
 * Awaited ids that no request names now. Newcomers go first, then who has waited longest.
 */

/** Ids that one request may name. */
export const MAX_IDS = 100;
/** Characters of ids that one may name: API Gateway takes 10,240 bytes of line and headers. */
const MAX_CHARACTERS = 7_000;

export class WatchQueue {
  // Sets keep the order in which they were filled.
  readonly #newcomers = new Set<string>();
  readonly #others = new Set<string>();

  get size(): number {
    return this.#newcomers.size + this.#others.size;
  }

  /** Whether it holds an id that was never asked for. */
  get hasNewcomers(): boolean {
    return this.#newcomers.size > 0;
  }

  add(id: string): void {
    this.#newcomers.add(id);
  }

  /** Back from a request that told nothing new of it. */
  addAgain(id: string): void {
    this.#others.add(id);
  }

  delete(id: string): void {
    this.#newcomers.delete(id);
    this.#others.delete(id);
  }

  /** Takes as many out as one request may name. */
  take(): string[] {
    const ids: string[] = [];
    let characters = 0;
    for (const id of this) {
      characters += id.length + 1;
      const isFull = ids.length === MAX_IDS || characters > MAX_CHARACTERS;
      if (isFull && ids.length > 0) break;
      ids.push(id);
    }
    for (const id of ids) this.delete(id);
    return ids;
  }

  *[Symbol.iterator](): Generator<string> {
    yield* this.#newcomers;
    yield* this.#others;
  }
}
