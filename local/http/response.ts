/**
 * What a function answered, as API Gateway turns it into a response.
 */
import { isObject } from "../json.ts";

export interface HttpResponse {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer | string;
}

/** Headers that belong to the connection, which is not the function's. */
const OWN = new Set(["connection", "content-length", "transfer-encoding"]);

/** API Gateway's own answers. */
export function plain(status: number, message: string, headers = {}): HttpResponse {
  const body = JSON.stringify({ message });
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}

export const FAILED = () => plain(500, "Internal Server Error");

/**
 * With a `statusCode` it is a response; without, it is the body of a 200, as JSON.
 * @param payload JSON text
 */
export function toResponse(payload: string): HttpResponse {
  const answer: unknown = JSON.parse(payload);
  if (!isObject(answer) || answer.statusCode === undefined) {
    const body = typeof answer === "string" ? answer : payload;
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const status = Number(answer.statusCode);
  const body = answer.body ?? "";
  if (!Number.isInteger(status) || status < 100 || status > 599) return FAILED();
  if (typeof body !== "string") return FAILED();
  const headers: HttpResponse["headers"] = {};
  for (const [name, value] of Object.entries(isObject(answer.headers) ? answer.headers : {})) {
    if (!OWN.has(name.toLowerCase())) headers[name.toLowerCase()] = String(value);
  }
  headers["content-type"] ??= "text/plain;charset=UTF-8";
  if (Array.isArray(answer.cookies)) headers["set-cookie"] = answer.cookies.map(String);
  return {
    status,
    headers,
    body: answer.isBase64Encoded === true ? Buffer.from(body, "base64") : body,
  };
}
