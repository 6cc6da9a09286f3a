/**
 * Cursors of a scan: the key of the last item that was looked at, as opaque text.
 */
import type { Item } from "./item.ts";
import type { Key } from "./keys.ts";

export function encodeCursor(key: Item): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

/** @throws TypeError if the text is no cursor of ours */
export function decodeCursor(cursor: string): Key {
  let key: Partial<Key> | null = null;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString()) as Partial<Key> | null;
  } catch {
    // Told below.
  }
  if (typeof key?.pk !== "string" || typeof key.sk !== "string") {
    throw new TypeError(`"${cursor}" is no cursor; use the one that the page before came with.`);
  }
  return { pk: key.pk, sk: key.sk };
}
