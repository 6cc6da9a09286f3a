/**
 * Request hashes: whether a repeated id comes with the same request (promise 8).
 */
import { createHash } from "node:crypto";

/** JSON with sorted keys, so that equal values give equal text. Undefined properties vanish. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (each === null || typeof each !== "object" || Array.isArray(each)) return each;
    const entries = Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries);
  });
}

/** SHA-256 in base64, as S3 takes it. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}

/** 128 bits of SHA-256 in base64url: 22 characters, no collision by accident. */
export function requestHash(request: unknown): string {
  return createHash("sha256").update(canonicalJson(request)).digest("base64url").slice(0, 22);
}
