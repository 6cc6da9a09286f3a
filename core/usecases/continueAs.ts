/**
 * A coroutine goes on as if it had just been submitted, with another input and an empty journal:
 * how loops without end stay small.
 */
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { inputFields, place } from "../texts.ts";
import type { Leased } from "./claim.ts";
import { discardInput, type Finished, OF_JOURNAL } from "./finishAttempt.ts";
import { perform } from "./perform.ts";

/** Where an input may stand. */
const INPUT = ["input", "inputAt", "inputObject"] as const;

/** @param input JSON text */
export async function continueAs(ports: Ports, attempt: Leased, input: string): Promise<Finished> {
  const placed = await place(ports, { id: attempt.id, kind: "input", tag: attempt.token }, input);
  const fields = inputFields(placed);
  const before = INPUT.filter((field) => !(field in fields));
  const written = await ports.store.update(
    attempt.id,
    { states: ["running"], token: attempt.token },
    {
      set: {
        state: "pending",
        attempts: 0,
        failures: 0,
        ...fields,
      },
      remove: ["leaseUntil", "due", ...before, ...OF_JOURNAL],
      add: { turn: 1, journal: 1, resumes: 1 },
    },
  );
  const { record } = written;
  const own = record?.token === attempt.token && record.journal === (attempt.journal ?? 0) + 1;
  if (!written.applied && !own) return "lost";
  await perform(ports, [record as FutureRecord]);
  await discardInput(ports, attempt);
  return "retrying";
}
