/**
 * The bucket in memory: held to the same contract as the one on S3 (test/aws/objects.test.ts).
 */
import type { Objects } from "../../core/ports.ts";
import type { AtOnce } from "./memoryTable.ts";

interface Stored {
  text: string;
  short: boolean;
}

export class MemoryBucket implements AtOnce<Objects> {
  readonly stored = new Map<string, Stored>();

  put(key: string, text: Uint8Array, { short }: { sha256: string; short: boolean }): void {
    this.stored.set(key, { text: new TextDecoder().decode(text), short });
  }

  get(key: string): string | undefined {
    return this.stored.get(key)?.text;
  }

  keep(key: string): void {
    const stored = this.stored.get(key);
    if (stored) this.stored.set(key, { ...stored, short: false });
  }

  remove(key: string): void {
    this.stored.delete(key);
  }

  address(key: string, seconds: number): string {
    return `https://bucket.example/${key}?for=${seconds}`;
  }
}

export class MemoryObjects implements Objects {
  readonly bucket = new MemoryBucket();

  get stored(): Map<string, Stored> {
    return this.bucket.stored;
  }

  put: Objects["put"] = async (...args) => this.bucket.put(...args);
  get: Objects["get"] = async (...args) => this.bucket.get(...args);
  keep: Objects["keep"] = async (...args) => this.bucket.keep(...args);
  remove: Objects["remove"] = async (...args) => this.bucket.remove(...args);
  address: Objects["address"] = async (...args) => this.bucket.address(...args);
}
