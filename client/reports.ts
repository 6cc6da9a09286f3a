/**
 * What an aggregate has heard of its members, as it hears it.
 */
import type { MemberReport } from "../core/wire.ts";
import type { Api } from "./api.ts";
import { pause } from "./backoff.ts";

/** The longest that the API holds an answer. */
const HOLD_SECONDS = 20;
/**
 * Requests are so many milliseconds apart for each member that is left, up to this: of many some
 * settle all the time, and each answer should bring several.
 */
const MAX_REST_MS = 100;
/** An answer with so many was worth its request: what else there is is asked for at once. */
const MANY = 100;

/**
 * The reports in their order, as many at once as one answer brings, by one held request at a time.
 * It ends when the aggregate hears of no more, which may be before all members have settled.
 *
 * @param left members that are yet to be heard of
 * @throws NotFoundError, ConnectionError, RequestError
 */
export async function* reportsOf(
  api: Api,
  id: string,
  left: () => number,
): AsyncGenerator<readonly MemberReport[], void, undefined> {
  let cursor: string | undefined;
  while (left() > 0) {
    const { value, retryAfterSeconds = 0 } = await api.reports(id, cursor, HOLD_SECONDS);
    const { reports, settled, complete } = value;
    const next = Date.now() + retryAfterSeconds * 1000;
    cursor = value.cursor;
    if (reports.length > 0) yield reports;
    // An answer may hold but a part of what there is: only an empty one says that it was all.
    else if (settled || complete) return;
    const restMs = reports.length < MANY ? Math.min(MAX_REST_MS, left()) : 0;
    const rest = next + restMs - Date.now();
    if (left() > 0 && rest > 0) await pause(rest);
  }
}
