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
  depth: number;
  /** Where it stands: only put together for a message. */
  key: PropertyKey;
  parent: Node | undefined;
}

/**
 * Walks without recursion, since what it looks for is what recursion would fail on.
 * @throws InvalidRequestError that names the first place which is out of bounds
 */
export function checkBounds(root: unknown): void {
  if (root === null || typeof root !== "object") return;
  const open: Node[] = [{ value: root, depth: 1, key: "", parent: undefined }];
  let values = 0;
  for (let node = open.pop(); node; node = open.pop()) {
    if (node.depth > MAX_DEPTH) refuse(undefined, `nested deeper than ${MAX_DEPTH} levels`);
    values += checkObject(node);
    if (values > MAX_VALUES) {
      refuse(undefined, `more than ${MAX_VALUES} values; send less, or in several calls`);
    }
    const isList = Array.isArray(node.value);
    for (const [key, value] of Object.entries(node.value)) {
      if (value !== null && typeof value === "object") {
        const place = isList ? Number(key) : key;
        open.push({ value, depth: node.depth + 1, key: place, parent: node });
      } else if (value === Infinity || value === -Infinity) {
        refuse({ ...node, key, parent: node }, "is beyond what a double holds, 1.8e308");
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
