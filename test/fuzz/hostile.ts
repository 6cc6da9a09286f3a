/**
 * What callers send by mistake or by malice, whatever the schema is.
 */
import fc from "fast-check";
import { INLINE_BYTES } from "../../core/texts.ts";
import { MAX_DEPTH, MAX_KEYS } from "../../functions/http/bounds.ts";
import { leaf, type Tree } from "./tree.ts";

/** Names of what every object has, and of what merging would change. */
const INHERITED = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "__defineGetter__",
  "toJSON",
  "then",
  "length",
];

const SPECIAL = [
  "",
  " ",
  "\0",
  "a\0b",
  "\n",
  "line\nbreak\r\n",
  "\u{1F600}",
  "\ud800",
  "\udc00\ud800",
  "\u202Etxt.exe",
  "\u2066\u2069\u200B\uFEFF",
  "e\u0301",
  "\u00E9",
  "\uFFFF\uFFFE",
  "İıſK",
  "../../etc/passwd",
  "%00",
  "%2e%2e%2f",
  "$" + "{jndi:ldap://x/y}",
  "'; DROP TABLE futures; --",
  "<script>alert(1)</script>",
  "{{7*7}}",
  "-1",
  "0",
  "NaN",
  "Infinity",
  "null",
  "true",
  "1e400",
  "a.b",
  "a.0",
  "#",
  "id#input",
  "x".repeat(128),
  "x".repeat(129),
  "x".repeat(256),
  "x".repeat(257),
  "x".repeat(2001),
  "x".repeat(INLINE_BYTES - 2),
  "ü".repeat(INLINE_BYTES),
  "x".repeat(70_000),
];

export const hostileString: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...SPECIAL, ...INHERITED) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.array(fc.nat(0xffff), { maxLength: 8 }).map(fromCodes) },
);

function fromCodes(codes: readonly number[]): string {
  return String.fromCharCode(...codes);
}

/** As JSON text; the last ones are none. */
const NUMBERS = [
  "0",
  "-0",
  "1",
  "-1",
  "0.5",
  "1.0",
  "1e0",
  "2147483647",
  "2147483648",
  "-2147483648",
  "-2147483649",
  "9007199254740991",
  "9007199254740993",
  "-9007199254740993",
  "1e21",
  "5e-324",
  "1.7976931348623157e308",
  "1e400",
  "-1e400",
  "1e-400",
  "31622400",
  "31622400.000001",
  "123456789012345678901234567890",
];
const NO_NUMBERS = ["NaN", "Infinity", "-Infinity", "0x10", "01", "1.", ".5", "+1", "1_000", "1n"];

const number: fc.Arbitrary<Tree> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(...NUMBERS) },
    { weight: 1, arbitrary: fc.constantFrom(...NO_NUMBERS) },
    { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  )
  .map((text) => ({ text }));

/** Texts that are no JSON, or not what they seem. */
const ODD_TEXTS = [
  "undefined",
  "",
  "'x'",
  '"\\x"',
  '"\\u12"',
  '"\\ud800"',
  '"\u0001"',
  "[1,]",
  "{,}",
];

const nested = fc
  .tuple(
    fc.constantFrom(3, MAX_DEPTH - 3, MAX_DEPTH - 1, MAX_DEPTH, MAX_DEPTH + 1, 5000),
    fc.boolean(),
  )
  .map(([levels, isList]) => ({
    text: isList
      ? `${"[".repeat(levels)}${"]".repeat(levels)}`
      : `${'{"a":'.repeat(levels)}0${"}".repeat(levels)}`,
  }));

const manyKeys = fc.constantFrom(MAX_KEYS, MAX_KEYS + 1).map(
  (count): Tree => ({
    members: Array.from({ length: count }, (_, index) => [`k${index}`, { text: "0" }] as const),
  }),
);

const inheriting = fc
  .constantFrom(...INHERITED)
  .map((key): Tree => ({ members: [[key, { members: [["prototype", { text: "{}" }]] }]] }));

/** Any JSON, and some that is none. */
export const hostileTree: fc.Arbitrary<Tree> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .constantFrom("null", "true", "false", "[]", "{}", "[null]")
      .map((text) => ({ text })),
  },
  { weight: 12, arbitrary: hostileString.map((each) => leaf(each)) },
  { weight: 12, arbitrary: number },
  { weight: 6, arbitrary: fc.json({ maxDepth: 3 }).map((text) => ({ text })) },
  { weight: 4, arbitrary: fc.constantFrom(...ODD_TEXTS).map((text) => ({ text })) },
  { weight: 4, arbitrary: inheriting },
  { weight: 2, arbitrary: nested },
  { weight: 1, arbitrary: manyKeys },
);

export const hostileKey: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...INHERITED),
  hostileString,
);
