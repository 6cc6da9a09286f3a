/**
 * Inputs, results and member lists: JSON text that stands in the item when it is small, and
 * otherwise in a blob of its own that is written first; the state write then holds the pointer.
 */
import type { Store } from "./ports.ts";

/**
 * Bytes of UTF-8 kept in the item itself. DynamoDB bills every update by the whole item, so input,
 * result and bookkeeping together should stay below one write unit of 1,024 bytes.
 */
export const INLINE_BYTES = 350;

/** Text in the item, or the name of the blob that holds it. */
export type Placed = { inline: string } | { at: string };

const encoder = new TextEncoder();

/** Puts text where it belongs. `key` tells this text from any other of the same future. */
export async function place(
  store: Pick<Store, "putBlob">,
  id: string,
  key: string,
  text: string,
): Promise<Placed> {
  if (fitsInline(text)) return { inline: text };
  await store.putBlob(id, key, text);
  return { at: key };
}

export function fitsInline(text: string): boolean {
  return text.length <= INLINE_BYTES && encoder.encode(text).length <= INLINE_BYTES;
}

/** The text again, or undefined if there was none. */
export async function fetchText(
  store: Pick<Store, "blob">,
  id: string,
  inline: string | undefined,
  at: string | undefined,
): Promise<string | undefined> {
  return at === undefined ? inline : store.blob(id, at);
}
