/**
 * Bodies as bytes: cut, padded, in other encodings, under other content types.
 */
import fc from "fast-check";
import { MAX_BODY_BYTES } from "../../functions/http/body.ts";
import { type Tree, write } from "./tree.ts";

export interface BodyText {
  bytes: Buffer;
  headers: Readonly<Record<string, string>>;
}

const TYPES = [
  "application/json; charset=utf-8",
  "application/json ; charset=utf-8",
  "APPLICATION/JSON",
  "application/json;",
  "application/vnd.api+json",
  "application/problem+json",
  "application/json-patch+json",
  "application/json-seq",
  "application/json; charset=utf-16",
  "application/json, text/plain",
  "application/jsonp",
  "text/json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/octet-stream",
  "json",
  "",
];

const JSON_TYPE = { "content-type": "application/json" };

/** @param odd whether the bytes and the type may be other than JSON's */
export function body(json: fc.Arbitrary<Tree>, odd: boolean): fc.Arbitrary<BodyText> {
  const text = json.map((tree) => Buffer.from(write(tree)));
  if (!odd) return text.map((bytes) => ({ bytes, headers: JSON_TYPE }));
  const bytes = fc.tuple(text, change).map(([each, apply]) => apply(each));
  const type = fc.oneof(
    { weight: 2, arbitrary: fc.constant("application/json") },
    { weight: 1, arbitrary: fc.constantFrom(...TYPES) },
  );
  return fc.record({
    bytes,
    headers: type.map((each) => (each === "" ? {} : { "content-type": each })),
  });
}

type Change = (bytes: Buffer) => Buffer;

/** Bytes that are no UTF-8: alone, an overlong one, a surrogate, one beyond Unicode. */
const BROKEN = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]];

const insert = (bytes: Buffer, at: number, more: Buffer) => {
  const place = bytes.length === 0 ? 0 : at % bytes.length;
  return Buffer.concat([bytes.subarray(0, place), more, bytes.subarray(place)]);
};

/** White space up to the limit, and one beyond it. */
const pad = (bytes: Buffer, length: number) =>
  Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length), " ")]);

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 20, arbitrary: fc.constant<Change>((bytes) => bytes) },
  {
    weight: 10,
    arbitrary: fc.nat().map(
      (n): Change =>
        (bytes) =>
          bytes.subarray(0, n % (bytes.length + 1)),
    ),
  },
  {
    weight: 10,
    arbitrary: fc.tuple(fc.nat(), fc.constantFrom(...BROKEN)).map(
      ([at, more]): Change =>
        (bytes) =>
          insert(bytes, at, Buffer.from(more)),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Change>(
      (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
      (bytes) => Buffer.from(bytes.toString(), "utf16le"),
      (bytes) => Buffer.concat([bytes, bytes]),
      (bytes) => Buffer.concat([bytes, Buffer.from("\0")]),
      (bytes) => Buffer.from(bytes.toString("base64")),
      () => Buffer.alloc(0),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, 1).map(
      (n): Change =>
        (bytes) =>
          pad(bytes, MAX_BODY_BYTES + n),
    ),
  },
);
