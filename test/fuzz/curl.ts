/**
 * A request as a line for a shell.
 */
import type { FuzzRequest } from "./requests.ts";

/** Longer bodies are told by their length and beginning. */
const MAX_SHOWN = 2000;

export function curl({ method, target, headers, body }: FuzzRequest): string {
  const names = Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const type = "content-type" in headers ? [] : ["-H 'content-type:'"];
  const line = ["curl -si --path-as-is", `-X ${method}`, ...names, ...(body ? type : [])];
  // A here-string could not hold NUL or broken UTF-8.
  const bytes =
    body && isPlain(body) ? `--data-binary ${quote(body.toString())}` : "--data-binary @-";
  const url = `"$FORERUN_URL"${quote(target)}`;
  if (!body) return [...line, url].join(" ");
  if (isPlain(body)) return [...line, bytes, url].join(" ");
  if (body.length > MAX_SHOWN) {
    const start = quote(body.subarray(0, 200).toString());
    return `${[...line, bytes, url].join(" ")}   # ${body.length} bytes that begin with ${start}`;
  }
  return `printf ${body.toString("base64")} | base64 -d | ${[...line, bytes, url].join(" ")}`;
}

const isPlain = (body: Buffer) =>
  body.length <= MAX_SHOWN && /^[\x20-\x7e]*$/.test(body.toString());

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
