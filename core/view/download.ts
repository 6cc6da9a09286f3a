/**
 * Results that are too large for an answer: an address in the bucket, for a short time.
 */
import type { ObjectPointer } from "../future.ts";
import type { Ports } from "../ports.ts";
import { objectKey } from "../texts.ts";
import type { Download } from "../wire.ts";

/**
 * Seconds that an address is good for; a download that has begun goes on. It shows no more than the
 * one result, but to anybody: so it is short, and whoever comes late reads the future again.
 */
export const DOWNLOAD_SECONDS = 300;

export async function downloadOf(
  { objects, clock }: Pick<Ports, "objects" | "clock">,
  id: string,
  object: ObjectPointer,
): Promise<Download> {
  const expires = clock.now() + DOWNLOAD_SECONDS * 1000;
  return {
    url: await objects.address(objectKey(id, object), DOWNLOAD_SECONDS),
    expiresAt: new Date(expires).toISOString(),
    bytes: object.bytes,
    sha256: Buffer.from(object.sha256, "base64").toString("hex"),
  };
}
