/**
 * The error family of the rules. Adapters and functions turn them into HTTP problems or retries;
 * what a task's handler throws is not one of these, it is recorded as data (`ErrorRecord`).
 */

/** The base of every error that Forerun itself raises; `name` is stable and may be compared. */
export class ForerunError extends Error {
  override name = "ForerunError";
}

/** A deployment's setting is missing or wrong; nothing can run until it is mended. */
export class ConfigurationError extends ForerunError {
  override name = "ConfigurationError";
}

/** One thing that is wrong with a request. `field` is a path as in `tasks[3].input.width`. */
export interface FieldError {
  field: string;
  message: string;
}

/** A request that cannot be served as it stands; `errors` name each field and the fix. */
export class InvalidRequestError extends ForerunError {
  override name = "InvalidRequestError";
  readonly errors: readonly FieldError[];
  constructor(errors: readonly FieldError[], options?: ErrorOptions) {
    super(errors.map((each) => `${each.field}: ${each.message}`).join("; "), options);
    this.errors = errors;
  }
}

/** A future that the request names does not exist (or has expired). `field` tells where it stood. */
export class NotFoundError extends ForerunError {
  override name = "NotFoundError";
  readonly ids: readonly string[];
  readonly field: string;
  constructor(ids: readonly string[], field = "id") {
    super(`No such future: ${ids.slice(0, 5).join(", ")}${ids.length > 5 ? ", …" : ""}.`);
    this.ids = ids;
    this.field = field;
  }
}

/** What a future was given, or gave, does not exist any more: it has expired before the record. */
export class PayloadGoneError extends ForerunError {
  override name = "PayloadGoneError";
  readonly id: string;
  constructor(id: string, what = "result") {
    super(`The ${what} of ${id} does not exist any more: it has expired.`);
    this.id = id;
  }
}

/** The caller may not do this, whatever the state of things. `field` is what it may not say. */
export class ForbiddenError extends ForerunError {
  override name = "ForbiddenError";
  readonly errors: readonly FieldError[];
  constructor(message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.errors = errors;
  }
}

/** The id is taken by another request (promise 8); the stored future is untouched. */
export class ConflictError extends ForerunError {
  override name = "ConflictError";
  readonly id: string;
  constructor(id: string, message = `The id ${id} is taken by another request.`) {
    super(message);
    this.id = id;
  }
}

/** As asyncio's: the future's state does not allow the operation, such as settling it again. */
export class InvalidStateError extends ForerunError {
  override name = "InvalidStateError";
  readonly id: string;
  constructor(id: string, message: string) {
    super(message);
    this.id = id;
  }
}

/** As much waits in a band as may: nothing was stored; the same request may be repeated later. */
export class BacklogError extends ForerunError {
  override name = "BacklogError";
  readonly field: string;
  readonly band: string;
  readonly limit: number;
  constructor(field: string, band: string, limit: number, waiting: number) {
    super(
      `The band "${band}" holds about ${waiting} waiting tasks, of at most ${limit}. Nothing of ` +
        "this request was accepted; try again later, or with another priority.",
    );
    this.field = field;
    this.band = band;
    this.limit = limit;
  }
}

/** Another run of a coroutine has stored something else in a place of its journal. */
export class JournalConflictError extends ForerunError {
  override name = "JournalConflictError";
  readonly id: string;
  constructor(id: string) {
    super(`Another run has stored ${id} otherwise; the next attempt goes on from there.`);
    this.id = id;
  }
}
