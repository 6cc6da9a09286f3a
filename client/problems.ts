/**
 * From an answer that is no success to the error that says what to do about it.
 */
import type { Problem } from "../core/wire.ts";
import {
  BadRequestError,
  BusyError,
  ConflictError,
  InvalidStateError,
  NotFoundError,
  RequestError,
} from "./errors.ts";

/** Statuses that say that the request itself is wrong. */
const BAD_REQUEST = [400, 413, 415, 422];
/** Characters of an answer that is no problem document shown in the message. */
const MAX_QUOTE = 200;

export interface Refusal {
  endpoint: string;
  method: string;
  path: string;
  status: number;
  text: string;
  attempts: number;
  retryAfterSeconds: number | undefined;
  /** Since the first request. */
  seconds: number;
}

export function toRequestError(refusal: Refusal): RequestError {
  const { method, path, status, attempts } = refusal;
  const problem = parseProblem(refusal.text);
  if (status === 429) return busy(refusal, problem);
  if (!problem && status === TOO_LARGE) {
    const message = "is too large for the API; send less, in several calls, or a reference to it";
    return new BadRequestError([{ field: "body", message }], { status, attempts });
  }
  if (!problem) return unexplained(refusal);
  const details = { status, problem, attempts };
  const message = messageOf(problem);
  if (BAD_REQUEST.includes(status)) {
    const errors = problem.errors ?? [{ field: "body", message }];
    return new BadRequestError(errors, details, message);
  }
  if (status === 404) return new NotFoundError(message, details);
  if (status === 409) {
    const settling = path.endsWith("/settle") || path.startsWith("/approvals/");
    return settling ? new InvalidStateError(message, details) : new ConflictError(message, details);
  }
  return new RequestError(`${method} ${path} was answered ${status}: ${message}`, details);
}

/** API Gateway's own throttling has no problem document. */
function busy(refusal: Refusal, problem: Problem | undefined): BusyError {
  const { method, path, attempts, seconds, retryAfterSeconds } = refusal;
  const why = problem?.detail ?? "The deployment takes no more requests at this rate.";
  const tries = attempts === 1 ? "one try" : `${attempts} tries in ${Math.round(seconds)} s`;
  const help = "`retry` of the client ({ maxAttempts, deadlineSeconds }) says how long it tries.";
  const details = { status: 429, attempts, retryAfterSeconds, ...(problem ? { problem } : {}) };
  return new BusyError(`${method} ${path} found no room after ${tries}. ${why} ${help}`, details);
}

/** The fields with what is wrong and how to mend it, or what the document says as a whole. */
function messageOf({ errors, detail, title }: Problem): string {
  if (errors?.length) return errors.map((each) => `${each.field}: ${each.message}`).join("; ");
  return detail || title;
}

/** What API Gateway answers to a body that no function can take: its quotes count twice there. */
const TOO_LARGE = 413;

/** Something else than Forerun's API answered: a gateway, a proxy, another server. */
function unexplained({ endpoint, method, path, status, text, attempts }: Refusal): RequestError {
  const quote = text.trim().slice(0, MAX_QUOTE);
  const said = `${method} ${path} was answered ${status}${quote ? ` (${quote})` : ""}`;
  const hint = status === 404 ? `; is ${endpoint} the endpoint of a Forerun deployment?` : ".";
  return new RequestError(`${said}${hint}`, { status, attempts });
}

function parseProblem(text: string): Problem | undefined {
  try {
    const parsed = JSON.parse(text) as Partial<Problem> | null;
    return typeof parsed?.title === "string" ? (parsed as Problem) : undefined;
  } catch {
    return undefined;
  }
}
