/**
 * Bounds of the JSON that is taken, whatever its fields are. Everything within them arrives at a
 * handler as it was sent.
 */
import { type FieldError, InvalidRequestError } from "../../core/errors.ts";
import { fieldName } from "./issues.ts";

/** Deeper JSON is a mistake or an attack on recursive code. */
export const MAX_DEPTH = 64;

/** Values in a body, at all depths: 5 MB hold this many numbers; more of them are brackets. */
export const MAX_VALUES = 1_000_000;

/** Keys of one object: hashing a request sorts them. */
export const MAX_KEYS = 10_000;

/** Characters of a path that a message shows. */
const MAX_PATH = 200;

interface Node {
  value: object;
  /** Where it stands: only put together for a message. */
  key: PropertyKey;
  parent: Node | undefined;
}

/**
 * Looks at the text itself: to parse 5 MB of brackets takes seconds of processor time.
 * @throws InvalidRequestError if it is nested too deep, whether it is JSON or not
 */
export function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) {
      inString = true;
    } else if (code === BRACKET || code === BRACE) {
      depth += 1;
      if (depth > MAX_DEPTH) refuse(undefined, `nested deeper than ${MAX_DEPTH} levels`);
    } else if (code === BRACKET + CLOSING || code === BRACE + CLOSING) {
      depth -= 1;
    }
  }
}

const [QUOTE, BACKSLASH, BRACKET, BRACE] = [0x22, 0x5c, 0x5b, 0x7b];
/** From an opening bracket or brace to the closing one, in ASCII. */
const CLOSING = 2;

/**
 * Looks at what stands in a body that is not too deep.
 * @throws InvalidRequestError that names the first place which is out of bounds
 */
export function checkBounds(root: unknown): void {
  if (root === null || typeof root !== "object") return;
  const open: Node[] = [{ value: root, key: "", parent: undefined }];
  let values = 0;
  for (let node = open.pop(); node; node = open.pop()) {
    values += checkObject(node);
    if (values > MAX_VALUES) {
      refuse(undefined, `more than ${MAX_VALUES} values; send less, or in several calls`);
    }
    const isList = Array.isArray(node.value);
    for (const [key, value] of Object.entries(node.value)) {
      const place = isList ? Number(key) : key;
      if (value !== null && typeof value === "object") {
        open.push({ value, key: place, parent: node });
      } else if (value === Infinity || value === -Infinity) {
        refuse({ ...node, key: place, parent: node }, "is beyond what a double holds, 1.8e308");
      }
    }
  }
}

/** @returns the values that it holds */
function checkObject(node: Node): number {
  const { value } = node;
  if (Array.isArray(value)) return value.length;
  const { length } = Object.keys(value);
  if (length > MAX_KEYS) refuse(node, `has ${length} keys; use at most ${MAX_KEYS}`);
  // Code that merges such an object into another, as handlers may, would change all objects.
  if (Object.hasOwn(value, "__proto__")) {
    refuse({ ...node, key: "__proto__", parent: node }, "this key is not taken; rename it");
  }
  const maker: unknown = Object.hasOwn(value, "constructor") ? value.constructor : null;
  if (maker !== null && typeof maker === "object" && Object.hasOwn(maker, "prototype")) {
    const key = "constructor";
    refuse({ ...node, key, parent: node }, 'a "prototype" in it is not taken; rename one');
  }
  return length;
}

function refuse(node: Node | undefined, message: string): never {
  const path: PropertyKey[] = [];
  for (let each = node; each?.parent; each = each.parent) path.unshift(each.key);
  const field: FieldError = { field: fieldName(path).slice(0, MAX_PATH), message };
  throw new InvalidRequestError([field]);
}
