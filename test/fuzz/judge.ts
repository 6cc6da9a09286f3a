/**
 * What every answer must be, whatever was asked.
 */

import type { Problem } from "../../core/wire.ts";
import { MAX_BODY_BYTES } from "../../functions/http/body.ts";
import type { Operation } from "./document.ts";
import type { FuzzRequest } from "./requests.ts";

export interface FuzzAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** What is stored and queued now that was not before. */
  traces: readonly string[];
  /** The gateway answered, and no function was asked. */
  byGateway: boolean;
  milliseconds: number;
}

export interface Violation {
  /** One line for all violations of a kind. */
  rule: string;
  detail: string;
}

/** Longer than any request may take on this machine: something computes for ever. */
const HANGS_MS = 10_000;

export function judge(
  request: FuzzRequest,
  answer: FuzzAnswer,
  operations: readonly Operation[],
): Violation[] {
  const { status } = answer;
  const found: Violation[] = [];
  const note = (rule: string, detail = "") => found.push({ rule, detail });
  if (answer.milliseconds > HANGS_MS) note("an answer takes too long", `${answer.milliseconds} ms`);
  if (status >= 500) note(`${status} is answered`, answer.body);
  if (status >= 300 && status < 400) note("a redirection is answered", String(status));
  if (answer.byGateway) return found;
  const operation = operationOf(request, operations);
  if (status >= 400 && status < 500) {
    if (request.method !== "HEAD") found.push(...judgeProblem(answer));
    for (const trace of answer.traces) note("a refused request leaves a trace", trace);
  }
  // A HEAD is a GET without a body.
  if (status < 300 && !operation && request.method !== "HEAD")
    note("a call that the document has not is answered", request.target);
  if (operation) found.push(...judgeByDocument(operation, request, answer));
  return found;
}

/** RFC 9457, with what is wrong and what to do about it. */
function judgeProblem({ status, headers, body }: FuzzAnswer): Violation[] {
  const wrong = (detail: string) => [{ rule: "a refusal is no problem document", detail }];
  const type = headers["content-type"] ?? "";
  if (!type.startsWith("application/problem+json")) return wrong(`${status} ${type}: ${body}`);
  const problem = parse(body) as Partial<Problem> | undefined;
  if (problem?.status !== status || !problem.title || !problem.detail) return wrong(body);
  // What a caller can mend by changing a field is named with it.
  const named = problem.errors ?? [];
  const needsField = [400, 413, 415, 422].includes(status);
  if (needsField && named.length === 0) return [{ rule: "a refusal names no field", detail: body }];
  const vague = named.filter(({ field, message }) => field === "" || message.length < 6);
  return vague.map((each) => ({
    rule: "a refusal says not what is wrong",
    detail: JSON.stringify(each),
  }));
}

function judgeByDocument(operation: Operation, request: FuzzRequest, answer: FuzzAnswer) {
  const found: Violation[] = [];
  const { status, headers, body } = answer;
  const described = operation.answers.get(status);
  if (!described) return [{ rule: `${status} is not in the document`, detail: body }];
  const value = parse(body);
  if (!(headers["content-type"] ?? "").startsWith(described.type) || !described.fits(value)) {
    const why = JSON.stringify(described.fits.errors);
    found.push({ rule: "an answer is not as the document has it", detail: `${why} ${body}` });
  }
  if (status < 300 && operation.takes) found.push(...judgeTaken(operation, request, value));
  return found;
}

/** What was taken is what was sent: whole, and as the document describes it. */
function judgeTaken({ takes }: Operation, request: FuzzRequest, answer: unknown): Violation[] {
  const { body = Buffer.alloc(0) } = request;
  if (body.length > MAX_BODY_BYTES)
    return [{ rule: "a body beyond the limit is taken", detail: "" }];
  const text = decode(body);
  // What a gateway hands on as text has no broken bytes any more.
  if (text === undefined) {
    return isText(request) ? [] : [{ rule: "bytes that are no UTF-8 are taken", detail: "" }];
  }
  const given = parse(text) as { id?: unknown } | undefined;
  if (!takes?.(given)) {
    const why = JSON.stringify(takes?.errors?.slice(0, 3));
    return [{ rule: "a body is taken that the document refuses", detail: why }];
  }
  const shown = (answer as { id?: unknown } | undefined)?.id;
  if (given?.id === undefined || given.id === shown) return [];
  return [{ rule: "another id is answered than was asked for", detail: `${given.id}: ${shown}` }];
}

const isText = ({ headers }: FuzzRequest) =>
  /^(text\/|application\/(json|xml|javascript)\b)/.test(headers["content-type"] ?? "");

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The operation that answers it, which odd paths and methods may have made another. */
function operationOf(
  { method, target }: FuzzRequest,
  operations: readonly Operation[],
): Operation | undefined {
  // As any client and server would resolve its dots.
  const { pathname } = new URL(`http://api${target}`);
  return operations.find((each) => {
    const pattern = each.path.replaceAll(/\{\w+\}/g, "[^/]+");
    return each.method === method && new RegExp(`^${pattern}$`).test(pathname);
  });
}
