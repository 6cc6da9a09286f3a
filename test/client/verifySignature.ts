/**
 * Signature Version 4 once more, from AWS's description of it and by Node's own crypto: what API
 * Gateway does with a request that arrives.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { createHash, createHmac } from "node:crypto";

export interface Arrived {
  method: string;
  /** Path and query as they were sent. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

export interface Signed {
  accessKeyId: string;
  /** `<date>/<region>/<service>/aws4_request` */
  scope: string;
  signedHeaders: readonly string[];
  valid: boolean;
}

const HEADER =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/;

/** @param secretOf the secret key of an access key */
export function verifySignature(request: Arrived, secretOf: (key: string) => string): Signed {
  const match = HEADER.exec(String(request.headers.authorization));
  if (!match) throw new TypeError(`no signature: ${request.headers.authorization}`);
  const [, accessKeyId = "", scope = "", names = "", signature] = match;
  const signedHeaders = names.split(";");
  const canonical = canonicalRequest(request, signedHeaders);
  const time = String(request.headers["x-amz-date"]);
  const toSign = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>(hmac, `AWS4${secretOf(accessKeyId)}`);
  const valid = hmac(key, toSign).toString("hex") === signature;
  return { accessKeyId, scope, signedHeaders, valid };
}

function canonicalRequest({ method, url, headers, body }: Arrived, names: readonly string[]) {
  const [path = "", query = ""] = url.split(/\?(.*)/s);
  // All services but S3 escape what was escaped once more.
  const canonicalPath = path.split("/").map(percentEncoded).join("/");
  const parameters = [...new URLSearchParams(query)]
    .map(([name, value]) => `${percentEncoded(name)}=${percentEncoded(value)}`)
    .sort()
    .join("&");
  const lines = names.map(
    (name) => `${name}:${String(headers[name]).trim().replace(/ +/g, " ")}\n`,
  );
  return [method, canonicalPath, parameters, lines.join(""), names.join(";"), sha256(body)].join(
    "\n",
  );
}

/** By RFC 3986. */
function percentEncoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
