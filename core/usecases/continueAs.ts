/**
 * A coroutine goes on as if it had just been submitted, with another input and an empty journal:
 * how loops without end stay small.
 */
import type { FutureRecord } from "../future.ts";
import type { Ports } from "../ports.ts";
import { place } from "../texts.ts";
import type { Leased } from "./claim.ts";
import { type Finished, OF_JOURNAL } from "./finishAttempt.ts";
import { perform } from "./perform.ts";

/** @param input JSON text */
export async function continueAs(ports: Ports, attempt: Leased, input: string): Promise<Finished> {
  const placed = await place(ports.store, attempt.id, `input#${attempt.token}`, input);
  const written = await ports.store.update(
    attempt.id,
    { states: ["running"], token: attempt.token },
    {
      set: {
        state: "pending",
        attempts: 0,
        failures: 0,
        ...("at" in placed ? { inputAt: placed.at } : { input: placed.inline }),
      },
      remove: ["leaseUntil", "due", "at" in placed ? "input" : "inputAt", ...OF_JOURNAL],
      add: { turn: 1, journal: 1, resumes: 1 },
    },
  );
  const { record } = written;
  const own = record?.token === attempt.token && record.state !== "running";
  if (!written.applied && !own) return "lost";
  await perform(ports, [record as FutureRecord]);
  return "retrying";
}
