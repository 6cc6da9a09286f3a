/**
 * Many tasks in few requests.
 */
import { BadRequestError } from "./errors.ts";
import { byteLength, MAX_BODY_BYTES, toJson } from "./json.ts";
import { type TaskCall, taskBody } from "./task.ts";

/** Tasks or members that one request takes. */
export const MAX_ITEMS = 1000;
/** What a body has besides them. */
const ENVELOPE_BYTES = 1000;

/** What goes into one request, each as JSON text, and where in the whole list it begins. */
export interface Chunk {
  start: number;
  texts: string[];
}

/**
 * Each task as JSON.
 * @throws BadRequestError that names the task's place and field
 */
export function taskTexts(calls: readonly TaskCall[]): string[] {
  return calls.map((call, index) => toJson(taskBody(call), `tasks[${index}]`));
}

/**
 * Divides tasks, or other JSON texts, among requests, by their number and their size.
 * @throws BadRequestError if one is too large for any request; so nothing has been sent yet
 */
export function chunks(texts: readonly string[]): Chunk[] {
  const all: Chunk[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const [index, text] of texts.entries()) {
    const size = byteLength(text) + 1;
    if (size + ENVELOPE_BYTES > MAX_BODY_BYTES) throw tooLarge(index, size);
    let last = all.at(-1);
    if (!last || last.texts.length === MAX_ITEMS || bytes + size > MAX_BODY_BYTES) {
      last = { start: index, texts: [] };
      all.push(last);
      bytes = ENVELOPE_BYTES;
    }
    last.texts.push(text);
    bytes += size;
  }
  return all;
}

function tooLarge(index: number, size: number): BadRequestError {
  const most = MAX_BODY_BYTES - ENVELOPE_BYTES;
  const sizes = `${size.toLocaleString("en")} bytes, and at most ${most.toLocaleString("en")}`;
  const message = `has ${sizes} are taken; send a reference to large data`;
  return new BadRequestError([{ field: `tasks[${index}]`, message }]);
}

/**
 * The body of `POST /tasks/batch`.
 * @param aggregate what the tasks are born into
 */
export function batchBody(
  texts: readonly string[],
  aggregate?: { field: "gather" | "taskGroup"; options: Record<string, unknown> },
): string {
  const tasks = `"tasks":[${texts.join(",")}]`;
  if (!aggregate) return `{${tasks}}`;
  const { field, options } = aggregate;
  return `{${tasks},"${field}":${toJson(options, field)}}`;
}
