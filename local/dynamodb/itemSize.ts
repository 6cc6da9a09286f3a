/**
 * The size of an item as DynamoDB bills it: names and values, in bytes.
 */
import type { Json } from "../json.ts";

export function itemSize(item: Json): number {
  let size = 0;
  for (const [name, value] of Object.entries(item)) {
    size += Buffer.byteLength(name) + valueSize(value as Json);
  }
  return size;
}

function valueSize(attribute: Json): number {
  const [type, value] = Object.entries(attribute)[0] ?? [];
  switch (type) {
    case "S":
      return Buffer.byteLength(String(value));
    case "N":
      return numberSize(String(value));
    case "B":
      return Buffer.byteLength(String(value), "base64");
    case "SS":
      return sum(value as string[], (text) => Buffer.byteLength(text));
    case "NS":
      return sum(value as string[], numberSize);
    case "BS":
      return sum(value as string[], (text) => Buffer.byteLength(text, "base64"));
    case "L":
      return 3 + sum(value as Json[], (each) => 1 + valueSize(each));
    case "M":
      return 3 + Object.keys(value as Json).length + itemSize(value as Json);
    default:
      return 1; // NULL and BOOL
  }
}

/** About a byte for two digits, and one more. */
function numberSize(text: string): number {
  return Math.ceil(text.replaceAll(/^-?0*|\.|[eE].*$/g, "").length / 2) + 1;
}

function sum<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((total, value) => total + of(value), 0);
}
