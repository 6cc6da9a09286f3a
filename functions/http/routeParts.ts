/**
 * What the descriptions of several calls share.
 */
import * as z from "zod/mini";
import { Future, Problem } from "./schemas/answers.ts";
import { once } from "./schemas/once.ts";

export const json = <T extends z.ZodMiniType>(schema: T) => ({ "application/json": { schema } });

export const body = <T extends z.ZodMiniType>(schema: T) => ({
  body: { content: json(schema), required: true as const },
});

export const failure = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: Problem() } },
});

export const FAILURES = once(() => ({
  400: failure("Malformed JSON, an unknown field or a wrong value; `errors` names each."),
  503: failure("Busy; try again after Retry-After with the same id."),
}));
export const NOT_FOUND = once(() => ({ 404: failure("No such future.") }));
export const CONFLICT = once(() => ({
  409: failure("The id is taken by another request, or the future's state does not allow it."),
}));
export const UNPROCESSABLE = once(() => ({
  422: failure("Unknown task, or input that does not fit its schema."),
}));
export const FULL = once(() => ({
  429: failure("As much waits in the band as may, and nothing was stored; see Retry-After."),
}));
export const SIZES = once(() => ({ 413: failure("More than 5 MB."), 415: failure("Not JSON.") }));

export const future = (description: string) => ({ description, content: json(Future()) });

/** A call that makes a future. */
export const MAKING = once(() => ({ ...FAILURES(), ...CONFLICT(), ...SIZES() }));

/** A read is held at most this long (seconds): an HTTP API gives up after 30. */
const MAX_WAIT_SECONDS = 20;

export const Wait = once(() =>
  z._default(
    z.coerce
      .number("use a number of seconds")
      .check(
        z.minimum(0, `use 0 to ${MAX_WAIT_SECONDS} seconds`),
        z.maximum(MAX_WAIT_SECONDS, `use 0 to ${MAX_WAIT_SECONDS} seconds; ask again for more`),
      ),
    0,
  ),
);
