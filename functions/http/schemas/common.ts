/**
 * Fields that several requests have.
 */
import * as z from "zod/mini";
import { MAX_PRIORITY } from "../../../core/bands.ts";
import { describe } from "./describe.ts";
import { once } from "./once.ts";

// zod/mini comes without words; fieldErrors (issues.ts) reads these.
z.config(z.locales.en());

const NEW_ID = /^[A-Za-z0-9_-]{1,128}$/;

/** Ids of callers hold no dot: members that are born with an aggregate have `<its id>.<number>`. */
export const newId = once(() =>
  z.optional(
    describe(z.string().check(z.regex(NEW_ID, "use 1 to 128 of A-Z a-z 0-9 _ -")), {
      description: "Makes the call repeatable: the same id and request, the same future.",
    }),
  ),
);

/** The id of a future that exists. */
export const Id = once(() =>
  describe(
    z.string().check(z.regex(/^[A-Za-z0-9_.-]{1,256}$/, "use 1 to 256 of A-Z a-z 0-9 _ - .")),
    { example: "0198f0a2-5d3c-7a31-9c39-0242ac120002" },
  ),
);

export const IdParameter = once(() => z.object({ id: Id() }));

const YEAR_SECONDS = 366 * 86_400;

/** @param description what it means, if that is another than how urgent the work itself is */
export const priority = (description = "The lower, the more urgent.") =>
  describe(
    z
      .int("use an integer; the lower, the more urgent")
      .check(
        z.minimum(-MAX_PRIORITY - 1, `use an integer from ${-MAX_PRIORITY - 1}`),
        z.maximum(MAX_PRIORITY, `use an integer up to ${MAX_PRIORITY}`),
      ),
    { description, example: 5 },
  );

/**
 * Times count in milliseconds. What is left of a subtraction, such as 5e-324, is a number that
 * DynamoDB does not store.
 */
export const toMilliseconds = (seconds: number) => Math.round(seconds * 1000) / 1000;

/** Seconds from 0 to a year. */
export const DelaySeconds = once(() =>
  z
    .number("use a number of seconds")
    .check(
      z.minimum(0, "use 0 or more seconds"),
      z.maximum(YEAR_SECONDS, "use at most a year (31622400 seconds)"),
      z.overwrite(toMilliseconds),
    ),
);

/** Any JSON. */
export const Json = once(() => describe(z.unknown(), { description: "Any JSON." }));

const MAX_ERROR_TEXT = 2000;

/**
 * Texts of errors are stored as they are, and compared when a settling is repeated: half a surrogate
 * pair would not come back, and NUL ends texts in many a log and terminal.
 */
const isText = (text: string) => !text.includes("\0") && text.isWellFormed();
const NO_TEXT = "holds a NUL or half a surrogate pair; leave it out";

export const GivenError = once(() =>
  describe(
    z.strictObject({
      name: z
        .string()
        .check(
          z.minLength(1, "give the error a name"),
          z.maxLength(100, "use at most 100 characters"),
          z.refine(isText, NO_TEXT),
        ),
      message: z
        .string()
        .check(
          z.maxLength(MAX_ERROR_TEXT, `use at most ${MAX_ERROR_TEXT} characters`),
          z.refine(isText, NO_TEXT),
        ),
    }),
    { id: "GivenError" },
  ),
);
