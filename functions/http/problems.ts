/**
 * Errors as RFC 9457 problem details.
 * https://www.rfc-editor.org/rfc/rfc9457
 */
import { STATUS_CODES } from "node:http";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import {
  BacklogError,
  ConflictError,
  type FieldError,
  ForbiddenError,
  InvalidRequestError,
  InvalidStateError,
  NotFoundError,
  PayloadGoneError,
} from "../../core/errors.ts";
import { RETRY_AFTER_SECONDS as BACKLOG_RETRY } from "../../core/usecases/backlog.ts";
import type { Problem } from "../../core/wire.ts";
import { note } from "./requestLog.ts";

/** The task is unknown, or its input does not fit the task's schema: 422. */
export class UnprocessableError extends InvalidRequestError {
  override name = "UnprocessableError";
}

/** The body is too large: 413. */
export class TooLargeError extends InvalidRequestError {
  override name = "TooLargeError";
}

/** The body is no JSON by its content type: 415. */
export class MediaTypeError extends InvalidRequestError {
  override name = "MediaTypeError";
}

/** The part of Powertools' logger that is used. */
export interface HttpLogger {
  debug(message: string, fields: Record<string, unknown>): void;
  info(message: string, fields: Record<string, unknown>): void;
  error(message: string, fields: Record<string, unknown>): void;
}

/** AWS asks us to come later; so do we. */
const THROTTLES: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "TimeoutError",
  "InternalServerError",
  // S3's own names.
  "SlowDown",
  "ServiceUnavailable",
  "InternalError",
]);

const RETRY_AFTER_SECONDS = "1";

/** Fields named in one answer; more would not be read. */
const MAX_FIELDS = 20;

/** The answer to an error; what is nobody's fault but ours is logged, not shown. */
export function answerError(c: Context, error: Error, logger: HttpLogger): Response {
  if (error instanceof InvalidRequestError) {
    return problem(c, statusOf(error), error.message, error.errors);
  }
  if (error instanceof ForbiddenError) return problem(c, 403, error.message, error.errors);
  if (error instanceof NotFoundError) {
    return problem(c, 404, error.message, [{ field: error.field, message: "no such future" }]);
  }
  if (error instanceof ConflictError) {
    const message = "taken by another request; repeat that one exactly, or use another id";
    return problem(c, 409, error.message, [{ field: "id", message }]);
  }
  if (error instanceof BacklogError) return overloaded(c, error);
  if (error instanceof InvalidStateError) return problem(c, 409, error.message);
  if (error instanceof PayloadGoneError) return problem(c, 410, error.message);
  if (error instanceof HTTPException) return problem(c, error.status, error.message);
  if (THROTTLES.has(error.name)) {
    c.header("retry-after", RETRY_AFTER_SECONDS);
    return problem(c, 503, "The deployment is busy; try again with the same id.");
  }
  logger.error("A request failed.", { error, path: c.req.path });
  return problem(c, 500, "Something is wrong on our side; trying again with the same id is safe.");
}

/** RFC 6585, 4; band and limit are for programs. */
function overloaded(c: Context, { field, band, limit, message }: BacklogError): Response {
  note(c, { band, limit });
  c.header("retry-after", String(BACKLOG_RETRY));
  const errors = [{ field, message: `the band "${band}" is full; try again later` }];
  const body = { ...problemDocument(429, message, errors), band, limit };
  return c.body(JSON.stringify(body), 429, { "content-type": "application/problem+json" });
}

function statusOf(error: InvalidRequestError): number {
  if (error instanceof UnprocessableError) return 422;
  if (error instanceof TooLargeError) return 413;
  return error instanceof MediaTypeError ? 415 : 400;
}

export function problem(
  c: Context,
  status: number,
  detail: string,
  errors: readonly FieldError[] = [],
): Response {
  const body = problemDocument(status, detail, errors);
  const headers = { "content-type": "application/problem+json" };
  return c.body(JSON.stringify(body), status as 400, headers);
}

export function problemDocument(
  status: number,
  detail: string,
  errors: readonly FieldError[] = [],
): Problem {
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    detail: detail.length > 1000 ? `${detail.slice(0, 1000)}…` : detail,
    ...(errors.length === 0 ? {} : { errors: errors.slice(0, MAX_FIELDS) }),
  };
}
