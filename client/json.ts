/**
 * JSON that loses nothing on the way: what JSON.stringify would drop or change in silence is
 * refused here, with its place, before anything is sent.
 */
import { BadRequestError } from "./errors.ts";

/** Bytes of a request's body that the API takes. */
export const MAX_BODY_BYTES = 5_000_000;

/** Deeper values overflow the stacks of parsers on the way. */
const MAX_DEPTH = 500;

const encoder = new TextEncoder();

/**
 * The value as JSON text. Properties that are undefined are left out, as if they were absent;
 * what has a `toJSON`, such as a Date, is sent as that says.
 *
 * @param place how error messages name the value, such as `tasks[3]`; empty for a whole body
 * @throws BadRequestError that names the place of what has no JSON
 */
export function toJson(value: unknown, place = ""): string {
  check(value, place, []);
  return JSON.stringify(value);
}

/** Bytes that the text has as UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** @throws BadRequestError if the API would refuse the body for its size */
export function checkSize(body: string): void {
  // A UTF-16 unit is at most three bytes of UTF-8: most bodies need no counting.
  if (body.length * 3 <= MAX_BODY_BYTES) return;
  const bytes = byteLength(body);
  if (bytes <= MAX_BODY_BYTES) return;
  const size = `${bytes.toLocaleString("en")} bytes`;
  const most = `${MAX_BODY_BYTES.toLocaleString("en")}`;
  refuse("body", `has ${size}, and at most ${most} are taken; send a reference to large data`);
}

function check(value: unknown, place: string, within: readonly object[]): void {
  switch (typeof value) {
    case "string":
    case "boolean":
      return;
    case "undefined":
      refuse(place, "is undefined, which JSON has not; use null");
      break;
    case "number":
      if (!Number.isFinite(value)) refuse(place, `is ${value}, which JSON has not; use null`);
      return;
    case "bigint":
      refuse(place, "is a BigInt, which JSON has not; use a string");
      break;
    case "object":
      if (value !== null) checkObject(value, place, within);
      return;
    default:
      refuse(place, `is a ${typeof value}, which JSON has not; leave it out`);
  }
}

function checkObject(value: object, place: string, within: readonly object[]): void {
  if (within.includes(value)) refuse(place, "refers back to what contains it; break the cycle");
  if (within.length >= MAX_DEPTH) refuse(place, `is nested more than ${MAX_DEPTH} levels deep`);
  const inner = [...within, value];
  if ("toJSON" in value && typeof value.toJSON === "function") {
    check(value.toJSON(""), place, inner);
  } else if (Array.isArray(value)) {
    // By index: forEach would pass over holes, which JSON turns into null.
    for (let i = 0; i < value.length; i++) check(value[i], `${place}[${i}]`, inner);
  } else {
    checkKind(value, place);
    for (const [key, each] of Object.entries(value)) {
      if (each !== undefined) check(each, place === "" ? key : `${place}.${key}`, inner);
    }
  }
}

/** What JSON.stringify makes `{}` of. */
function checkKind(value: object, place: string): void {
  if (value instanceof Map) refuse(place, "is a Map; use Object.fromEntries(map)");
  if (value instanceof Set) refuse(place, "is a Set; use an array, [...set]");
  if (value instanceof Promise) refuse(place, "is a Promise; await it");
  if (value instanceof RegExp) refuse(place, "is a RegExp; send its source");
  if (value instanceof Error) refuse(place, "is an Error; send its name and message");
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
    refuse(place, "is binary; send it as base64 text, or a reference to it");
  }
}

function refuse(place: string, message: string): never {
  throw new BadRequestError([{ field: place === "" ? "body" : place, message }]);
}
