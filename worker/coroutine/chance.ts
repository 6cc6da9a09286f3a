/**
 * Numbers that look like chance and are the same in every replay.
 */
import { createHash } from "node:crypto";

/** A stream of bytes that follows from a seed: SHA-256 of the seed and a counter. */
export class Chance {
  readonly #seed: string;
  #count = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** Uniform in [0, 1), with 48 bits. */
  random(): number {
    return this.#next().readUIntBE(0, 6) / 2 ** 48;
  }

  /** A UUID of version 4 (RFC 9562). */
  uuid(): string {
    const bytes = this.#next().subarray(0, 16);
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString("hex");
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      hex.slice(12, 16),
      hex.slice(16, 20),
      hex.slice(20),
    ].join("-");
  }

  #next(): Buffer {
    return createHash("sha256")
      .update(`${this.#seed}/${this.#count++}`)
      .digest();
  }
}
