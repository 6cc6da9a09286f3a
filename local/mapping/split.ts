/**
 * Cuts a batch of messages so that each part fits into an event.
 */
import type { SQSRecord } from "aws-lambda";

/** Lambda invokes as soon as a batch has reached this many bytes, its limit of an event. */
const EVENT_LIMIT = 6 * 1024 * 1024;

/** What stands around the records of an event. */
const ENVELOPE = '{"Records":[]}'.length;

/** A record by itself always fits: a message has at most 1 MiB (control characters apart). */
export function splitBySize(
  records: readonly SQSRecord[],
  limit = EVENT_LIMIT,
): readonly (readonly SQSRecord[])[] {
  const parts: SQSRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = limit - ENVELOPE;
    }
    parts.at(-1)?.push(record);
    room -= size;
  }
  return parts;
}
