/**
 * `POST /futures/{id}/settle`: settles a promise from outside.
 */
import { InvalidStateError, NotFoundError } from "../errors.ts";
import type { ErrorRecord, FutureRecord } from "../future.ts";
import { canonicalJson, sha256Of } from "../hash.ts";
import type { Ports } from "../ports.ts";
import { isWatched, settlement } from "../settlement.ts";
import { fetchText, place, resultOf } from "../texts.ts";
import { readOwn } from "./own.ts";
import { perform } from "./perform.ts";
import { guard } from "./remind.ts";

/** A result as JSON text, or an error. */
export type Given = { result: string } | { error: ErrorRecord };

/**
 * Settles a promise, as `Future.set_result` and `set_exception`. A repeat with the same outcome
 * gives the same answer.
 * @throws NotFoundError
 * @throws InvalidStateError if it has another outcome, or is no promise
 */
export async function settle(ports: Ports, id: string, given: Given): Promise<FutureRecord> {
  const record = await readOwn(ports, id);
  if (record.kind !== "promise") {
    throw new InvalidStateError(
      id,
      `A ${record.kind} settles by itself; only promises are settled.`,
    );
  }
  if (record.state !== "pending") return settledBefore(ports, record, given);
  await guard(ports, id);
  const outcome =
    "error" in given
      ? ({ state: "failed", error: given.error } as const)
      : ({
          state: "succeeded",
          result: await place(
            ports,
            // Not the request's hash: a repeat that comes late would shorten the life of a text
            // which has been given a longer one.
            { id, kind: "result", tag: ports.newId(), short: !isWatched(record) },
            given.result,
          ),
        } as const);
  const change = settlement(ports.config, outcome, ports.clock.now(), {
    watched: isWatched(record),
  });
  const written = await ports.store.update(id, { states: ["pending"] }, change);
  if (!written.record) throw new NotFoundError([id]);
  if (!written.applied) return settledBefore(ports, written.record, given);
  await perform(ports, [written.record]);
  return written.record;
}

/** Refused: whoever settled it may have died before telling the watchers. */
async function settledBefore(
  ports: Ports,
  record: FutureRecord,
  given: Given,
): Promise<FutureRecord> {
  await perform(ports, [record]);
  if (await isSameOutcome(ports, record, given)) return record;
  throw new InvalidStateError(record.id, `It has ${record.state} already, with another outcome.`);
}

async function isSameOutcome(ports: Ports, record: FutureRecord, given: Given): Promise<boolean> {
  if ("error" in given) {
    return record.state === "failed" && canonicalJson(record.error) === canonicalJson(given.error);
  }
  if (record.state !== "succeeded") return false;
  if (record.resultObject) return record.resultObject.sha256 === sha256Of(given.result);
  return (await fetchText(ports, record.id, resultOf(record))) === given.result;
}
