/**
 * Requests of every kind for one operation of the document.
 */
import fc from "fast-check";
import { type BodyText, body } from "./bodies.ts";
import type { Operation, Parameter } from "./document.ts";
import { fitting } from "./fitting.ts";
import { TOKEN } from "./fixtures.ts";
import { type Hints, hints } from "./hints.ts";
import { hostileKey, hostileString } from "./hostile.ts";
import { spoiled } from "./spoil.ts";
import { type Tree, write } from "./tree.ts";

export type Kind = "valid" | "nearly valid" | "hostile";

export interface FuzzRequest {
  kind: Kind;
  operation: Operation;
  method: string;
  /** Path and query as they travel. */
  target: string;
  headers: Readonly<Record<string, string>>;
  body?: Buffer;
}

type Headers = FuzzRequest["headers"];

/** Characters of a value in a path or query: gateways answer longer ones themselves. */
const MAX_PART = 700;

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "PROPFIND"];

/** @param maxWaitSeconds the longest that a read is to be held */
export function requests(
  operations: readonly Operation[],
  maxWaitSeconds: number,
): fc.Arbitrary<FuzzRequest> {
  return fc.oneof(...operations.map((each) => requestsTo(each, hints(each.path, maxWaitSeconds))));
}

function requestsTo(operation: Operation, known: Hints): fc.Arbitrary<FuzzRequest> {
  const make = (kind: Kind, parts: Parts): FuzzRequest => ({
    kind,
    operation,
    method: parts.method,
    target: parts.target,
    headers: { ...parts.body?.headers, ...parts.headers },
    ...(parts.body ? { body: parts.body.bytes } : {}),
  });
  const valid = partsOf(operation, known, "valid");
  const nearly = partsOf(operation, known, "nearly valid");
  const hostile = partsOf(operation, known, "hostile");
  return fc.oneof(
    { weight: 4, arbitrary: valid.map((parts) => make("valid", parts)) },
    { weight: 5, arbitrary: nearly.map((parts) => make("nearly valid", parts)) },
    { weight: 3, arbitrary: hostile.map((parts) => make("hostile", parts)) },
  );
}

interface Parts {
  method: string;
  target: string;
  headers: Headers;
  body: BodyText | undefined;
}

function partsOf(operation: Operation, known: Hints, kind: Kind): fc.Arbitrary<Parts> {
  const hostile = kind === "hostile";
  const json = operation.body && fitting(operation.body, known);
  const near = json && (kind === "valid" ? json : spoiled(json));
  return fc.record({
    method: hostile
      ? rarely(fc.constantFrom(...METHODS), operation.method)
      : fc.constant(operation.method),
    target: hostile ? oddTarget(operation, known) : target(operation, known, kind),
    headers: headers(operation, hostile),
    body: near
      ? body(near, hostile)
      : hostile
        ? rarely(body(fc.constant({ text: "{}" }), true), undefined)
        : fc.constant(undefined),
  });
}

/** Mostly this value. */
function rarely<T, U>(odd: fc.Arbitrary<T>, usual: U): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
}

function target({ path, parameters }: Operation, known: Hints, kind: Kind): fc.Arbitrary<string> {
  const values = parameters.map((parameter) => {
    const value = textOf(parameter, known).map((each) => [parameter, each] as const);
    const odd = hostileString.map((each) => [parameter, each.slice(0, MAX_PART)] as const);
    const usual =
      kind === "valid"
        ? value
        : rarely(odd, undefined).chain((each) => (each ? fc.constant(each) : value));
    return parameter.required ? usual : fc.option(usual, { nil: undefined, freq: 2 });
  });
  return fc.tuple(...values).map((all) =>
    fill(
      path,
      all.filter((each) => each !== undefined),
    ),
  );
}

type Filled = readonly (readonly [Parameter, string])[];

function fill(path: string, values: Filled): string {
  const inPath = values
    .filter(([each]) => each.in === "path")
    .reduce((text, [{ name }, value]) => text.replace(`{${name}}`, () => encode(value)), path);
  const query = values
    .filter(([each]) => each.in === "query")
    .map(([{ name }, value]) => `${name}=${encode(value)}`);
  return query.length === 0 ? inPath : `${inPath}?${query.join("&")}`;
}

/** Half a surrogate pair cannot be encoded. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed());

function textOf({ name, schema }: Parameter, known: Hints): fc.Arbitrary<string> {
  return fitting(schema, known, name).map((tree: Tree) => {
    const text = write(tree);
    return text.startsWith('"') ? String(JSON.parse(text)) : text;
  });
}

const RAW = [
  "/",
  "//",
  "/..",
  "/.",
  "/%2F",
  "/%2e%2e%2f",
  "%",
  "%zz",
  "%00",
  "%ff%fe",
  "/\u00fc",
  ";a=b",
  "/{id}",
  "\\",
  "|",
];
const QUERIES = [
  "?",
  "?&&&",
  "?=",
  "?wait",
  "?wait=",
  "?wait=1&wait=2",
  "?%",
  "?__proto__=1",
  "?a[b]=c",
  "?wait=1e400",
  "?wait=-0",
  "?wait=NaN",
  "?ids=",
  "?ids=,",
  "?limit=0&from=-1",
  `?${"x=1&".repeat(500)}`,
];

/** Paths and queries that are cut, doubled, encoded twice or not at all. */
function oddTarget(operation: Operation, known: Hints): fc.Arbitrary<string> {
  const usual = target(operation, known, "nearly valid");
  const suffix = fc.constantFrom(...RAW);
  const query = fc.oneof(
    fc.constantFrom(...QUERIES),
    fc.tuple(hostileKey, hostileString).map(([key, value]) => `?${encode(key)}=${encode(value)}`),
  );
  return fc
    .oneof(
      { weight: 3, arbitrary: usual },
      { weight: 2, arbitrary: fc.tuple(usual, query).map((each) => each.join("")) },
      { weight: 1, arbitrary: fc.tuple(usual, suffix).map((each) => each.join("")) },
      { weight: 1, arbitrary: fc.tuple(suffix, usual).map(([odd, rest]) => `/${odd}${rest}`) },
      { weight: 1, arbitrary: usual.map((text) => text.toUpperCase()) },
      { weight: 1, arbitrary: hostileString.map((text) => `/${encode(text).slice(0, 2000)}`) },
    )
    .map(asSent);
}

/** What an HTTP client would not put on the wire as it stands: bytes beyond ASCII, and spaces. */
function asSent(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]/gu, encode).slice(0, 6000);
}

const GARBAGE: readonly Headers[] = [
  { accept: "text/html;q=x,,;" },
  { "accept-encoding": "gzip;q=1e400, br" },
  { authorization: "Bearer" },
  { authorization: "Bearer  \t x" },
  { authorization: `Basic ${"=".repeat(100)}` },
  { "content-encoding": "gzip" },
  { cookie: "=;;; a=b; __proto__=c" },
  { "if-none-match": "*" },
  { range: "bytes=0-1" },
  { "x-http-method-override": "DELETE" },
  { "x-forwarded-for": "'; DROP", forwarded: 'for="' },
  { "x-amzn-trace-id": "Root=garbage;;=;" },
  { "x-latin": "caf\u00e9" },
  { "x-long": "x".repeat(7000) },
  { origin: "null", "access-control-request-method": "\\" },
];

function headers({ path }: Operation, hostile: boolean): fc.Arbitrary<Headers> {
  const usual = path.startsWith("/approvals")
    ? fc.constantFrom<Headers>({}, {}, {}, { authorization: `Bearer ${TOKEN}` })
    : fc.constant<Headers>({});
  return hostile ? fc.oneof(usual, fc.constantFrom(...GARBAGE)) : usual;
}
