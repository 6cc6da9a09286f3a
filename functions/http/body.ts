/**
 * Bodies: bounded in size, depth and number, and JSON, before anything looks at what they say.
 */
import { isUtf8 } from "node:buffer";
import type { MiddlewareHandler } from "hono";
import { InvalidRequestError } from "../../core/errors.ts";
import { checkBounds, checkDepth } from "./bounds.ts";
import { MediaTypeError, TooLargeError } from "./problems.ts";

/** API Gateway takes 10 MB; a batch of a thousand tasks of 5 KB should fit. */
export const MAX_BODY_BYTES = 5_000_000;

/** As RFC 9110 writes media types: with parameters, and white space before them. */
const JSON_TYPE = /^\s*application\/([\w.-]+\+)?json\s*(;|$)/i;

/** Calls that need no body may come without one. */
const MAY_BE_EMPTY = /\/(cancel|pause|resume)$/;

export const checkBody: MiddlewareHandler = async (c, next) => {
  if (c.req.method !== "POST") return next();
  const announced = Number(c.req.header("content-length") ?? 0);
  if (announced > MAX_BODY_BYTES) throw tooLarge(announced);
  const body = await c.req.arrayBuffer();
  if (body.byteLength > MAX_BODY_BYTES) throw tooLarge(body.byteLength);
  if (body.byteLength === 0 && MAY_BE_EMPTY.test(c.req.path)) return next();
  const type = c.req.header("content-type") ?? "";
  if (!JSON_TYPE.test(type)) {
    const message = `the content type is "${type}"; send application/json`;
    throw new MediaTypeError([{ field: "body", message }]);
  }
  // Nobody after this has another opinion about what is JSON.
  c.req.raw.headers.set("content-type", "application/json");
  if (!isUtf8(body)) {
    throw new InvalidRequestError([{ field: "body", message: "is no UTF-8; send JSON in UTF-8" }]);
  }
  const text = await c.req.text();
  checkDepth(text);
  checkBounds(parse(text));
  return next();
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidRequestError([{ field: "body", message: `malformed JSON: ${why}` }], {
      cause,
    });
  }
}

function tooLarge(bytes: number): TooLargeError {
  const message = `${bytes} bytes; at most ${MAX_BODY_BYTES} are taken: send less, or in several calls`;
  return new TooLargeError([{ field: "body", message }]);
}
