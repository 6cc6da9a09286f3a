/**
 * Many tasks in few requests.
 */
import { byteLength, MAX_BODY_BYTES, toJson } from "./json.ts";
import { type TaskCall, taskBody } from "./task.ts";

/** Tasks that one request takes. */
const MAX_TASKS = 1000;
/** What a body has besides its tasks. */
const ENVELOPE_BYTES = 1000;

/** Tasks as JSON texts that go into one request, and where in the whole list they begin. */
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

/** Divides tasks among requests, by their number and their size. */
export function chunks(texts: readonly string[]): Chunk[] {
  const all: Chunk[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const [index, text] of texts.entries()) {
    const size = byteLength(text) + 1;
    let last = all.at(-1);
    if (!last || last.texts.length === MAX_TASKS || bytes + size > MAX_BODY_BYTES) {
      last = { start: index, texts: [] };
      all.push(last);
      bytes = ENVELOPE_BYTES;
    }
    last.texts.push(text);
    bytes += size;
  }
  return all;
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
