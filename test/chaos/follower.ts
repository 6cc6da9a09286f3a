/**
 * Reads a file as it grows, line by line.
 */
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

const CHUNK_BYTES = 1 << 20;

export class Follower<T> {
  readonly #file: string;
  readonly #take: (line: T) => void;
  readonly #buffer = Buffer.alloc(CHUNK_BYTES);
  #position: number;
  #rest: Buffer = Buffer.alloc(0);

  /** Begins behind what is there already. */
  constructor(file: string, take: (line: T) => void) {
    this.#file = file;
    this.#position = existsSync(file) ? statSync(file).size : 0;
    this.#take = take;
  }

  /** Takes whatever whole lines there are. What a killed process wrote in part is passed over. */
  read(): void {
    if (!existsSync(this.#file)) return;
    const descriptor = openSync(this.#file, "r");
    try {
      for (;;) {
        const bytes = readSync(descriptor, this.#buffer, 0, CHUNK_BYTES, this.#position);
        if (bytes === 0) return;
        this.#position += bytes;
        this.#lines(Buffer.concat([this.#rest, this.#buffer.subarray(0, bytes)]));
      }
    } finally {
      closeSync(descriptor);
    }
  }

  #lines(bytes: Buffer): void {
    const end = bytes.lastIndexOf(10);
    this.#rest = bytes.subarray(end + 1);
    if (end < 0) return;
    for (const text of bytes.toString("utf8", 0, end).split("\n")) {
      const line = parse<T>(text);
      if (line !== undefined) this.#take(line);
    }
  }
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
