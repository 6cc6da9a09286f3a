/**
 * Inputs and results: JSON text that stands in the item when it is small, beside it in the table
 * when it is larger, and in the bucket when it is larger still. What does not stand in the item is
 * written first; the state write then holds the pointer.
 */
import type { Config } from "./config.ts";
import { PayloadGoneError } from "./errors.ts";
import type { FutureRecord, ObjectPointer } from "./future.ts";
import { sha256Of } from "./hash.ts";
import type { Ports } from "./ports.ts";

/**
 * Bytes of UTF-8 kept in the item itself. DynamoDB bills every update by the whole item, so input,
 * result and bookkeeping together should stay below one write unit of 1,024 bytes.
 */
export const INLINE_BYTES = 350;

/** Bytes of a result's JSON that can be stored. */
export const MAX_RESULT_BYTES = 50_000_000;

/** Text in the item, the name of the blob that holds it, or where in the bucket it is. */
export type Placed = { inline: string } | { at: string } | { object: ObjectPointer };

/** Which text of which future. */
export interface TextName {
  id: string;
  kind: "input" | "result";
  /** Tells it from any other of the same future: a request's hash, an attempt's token. */
  tag: string;
  /** It may expire as soon as a settled future that nothing watches. @default false */
  short?: boolean;
}

const encoder = new TextEncoder();

/** Puts text where it belongs. */
export async function place(
  { config, store, objects }: Pick<Ports, "config" | "store" | "objects">,
  { id, kind, tag, short = false }: TextName,
  text: string,
): Promise<Placed> {
  const name = `${kind}#${tag}`;
  if (fitsTable(config, text)) return placeInTable(store, id, name, text);
  const bytes = encoder.encode(text);
  const object = { name, bytes: bytes.length, sha256: sha256Of(bytes) };
  await objects.put(objectKey(id, object), bytes, { sha256: object.sha256, short });
  return { object };
}

/** The same for text that is never so large as to need the bucket, such as a journal's. */
export async function placeInTable(
  store: Pick<Ports["store"], "putBlob">,
  id: string,
  name: string,
  text: string,
): Promise<{ inline: string } | { at: string }> {
  if (fitsInline(text)) return { inline: text };
  await store.putBlob(id, name, text);
  return { at: name };
}

/** What `placeInTable` has placed, or undefined if there was none. */
export async function fetchFromTable(
  store: Pick<Ports["store"], "blob">,
  id: string,
  inline: string | undefined,
  at: string | undefined,
): Promise<string | undefined> {
  return at === undefined ? inline : store.blob(id, at);
}

export function fitsInline(text: string): boolean {
  return fits(text, INLINE_BYTES);
}

/** Whether it needs no bucket. */
export function fitsTable({ objectBytes }: Pick<Config, "objectBytes">, text: string): boolean {
  return fits(text, objectBytes);
}

function fits(text: string, bytes: number): boolean {
  if (text.length > bytes) return false;
  // A UTF-16 unit is at most three bytes of UTF-8: most texts need no counting.
  return text.length * 3 <= bytes || encoder.encode(text).length <= bytes;
}

/** `inputs/<id>/<hash>` and `results/<id>/<token>`: policies and lifecycle go by the first part. */
export function objectKey(id: string, { name }: Pick<ObjectPointer, "name">): string {
  const [kind, tag] = name.split("#");
  return `${kind}s/${id}/${tag}`;
}

/** The fields of a record that say where a text is. */
export interface Place {
  inline?: string | undefined;
  at?: string | undefined;
  object?: ObjectPointer | undefined;
}

export function inputOf({ input, inputAt, inputObject }: FutureRecord): Place {
  return { inline: input, at: inputAt, object: inputObject };
}

export function resultOf({ result, resultAt, resultObject }: FutureRecord): Place {
  return { inline: result, at: resultAt, object: resultObject };
}

/** How a record says where its input was placed. */
export function inputFields(
  placed: Placed,
): Pick<FutureRecord, "input" | "inputAt" | "inputObject"> {
  if ("inline" in placed) return { input: placed.inline };
  return "at" in placed ? { inputAt: placed.at } : { inputObject: placed.object };
}

/**
 * The text again, or undefined if there was none.
 * @throws PayloadGoneError if it has expired
 */
export async function fetchText(
  { store, objects }: Pick<Ports, "store" | "objects">,
  id: string,
  { inline, at, object }: Place,
): Promise<string | undefined> {
  if (at === undefined && !object) return inline;
  const text = object
    ? await objects.get(objectKey(id, object))
    : await store.blob(id, at as string);
  if (text === undefined) throw new PayloadGoneError(id, (object?.name ?? at ?? "").split("#")[0]);
  return text;
}
