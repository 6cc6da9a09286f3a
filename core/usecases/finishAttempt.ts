/**
 * The end of an attempt: it settles its task or makes it pending again, if it still holds the
 * lease.
 */
import { type ErrorRecord, type FutureRecord, isTerminal } from "../future.ts";
import type { Ports } from "../ports.ts";
import { effectiveRetry, type RetryOptions, retryDelaySeconds } from "../retry.ts";
import { isWatched, type Settled, settlement } from "../settlement.ts";
import { objectKey, place } from "../texts.ts";
import type { Leased } from "./claim.ts";
import { perform } from "./perform.ts";
import { findStrays } from "./strays.ts";

/** How a handler ended. A result is JSON text. */
export type Ended =
  | { how: "returned"; result: string }
  /** `isFinal`: no repeat unless the task or the request says in so many words how. */
  | { how: "threw"; error: ErrorRecord; retryable: boolean; isFinal?: boolean }
  | { how: "cancelled" };

/**
 * Whether the message may be deleted: `lost` says that another attempt holds the task now, and
 * the message with it, so it must be left alone (promise 3).
 */
export type Finished = "settled" | "retrying" | "lost";

/** What an attempt has called. */
export interface CoroutineEnd {
  /** Whether it has called anything. @default false */
  isCoroutine?: boolean;
  /** How often, if that is known. */
  calls?: number | undefined;
  /** Not all that it has stored may have begun (strays.ts). @default false */
  strays?: boolean;
}

/** Writes the end of an attempt and performs what it owes. */
export async function finishAttempt(
  ports: Ports,
  attempt: Leased,
  ended: Ended,
  taskRetry: RetryOptions | undefined,
  { isCoroutine = false, calls, strays = false }: CoroutineEnd = {},
): Promise<Finished> {
  const retry = effectiveRetry(taskRetry, attempt.retry);
  const told = taskRetry?.maxAttempts !== undefined || attempt.retry?.maxAttempts !== undefined;
  const may = ended.how === "threw" && ended.retryable && (told || !ended.isFinal);
  if (may && attempt.attempts < retry.maxAttempts) {
    const delay = retryDelaySeconds(retry, attempt.attempts, ports.random());
    // Before the next attempt begins a journal of its own, from which they could not be told.
    if (strays) await perform(ports, await findStrays(ports, attempt));
    const again = await tryAgain(ports, attempt, delay, isCoroutine);
    // And what its code has stored meanwhile, if it was ended by force.
    if (strays && again === "retrying") await perform(ports, await findStrays(ports, attempt));
    if (again !== "cancelled") return again;
    // As in asyncio, whoever was asked to stop and raises something else has failed with it.
  }
  return settleAttempt(ports, attempt, await settledBy(ports, attempt, ended), { calls, strays });
}

async function settledBy(ports: Ports, attempt: Leased, ended: Ended): Promise<Settled> {
  if (ended.how === "cancelled") return { state: "cancelled" };
  if (ended.how === "threw") return { state: "failed", error: ended.error };
  const { id, token: tag } = attempt;
  const name = { id, kind: "result", tag, short: !isWatched(attempt) } as const;
  return { state: "succeeded", result: await place(ports, name, ended.result) };
}

async function settleAttempt(
  ports: Ports,
  attempt: Leased,
  outcome: Settled,
  { calls, strays = false }: CoroutineEnd,
): Promise<Finished> {
  const change = settlement(ports.config, outcome, ports.clock.now(), {
    token: attempt.token,
    watched: isWatched(attempt),
    strays,
  });
  const written = await ports.store.update(
    attempt.id,
    { states: ["running"], token: attempt.token },
    calls === undefined ? change : { ...change, set: { ...change.set, calls } },
  );
  const { record } = written;
  // Refused by its own effect, whose answer was lost. One that is suspended has not ended.
  const own = record?.token === attempt.token && isTerminal(record);
  if (!written.applied && !own) return "lost";
  await perform(ports, [record as FutureRecord]);
  await discardInput(ports, attempt);
  return "settled";
}

/** Nobody reads the input again of a task that has settled, or goes on with another. What is left by a mishap expires by itself. */
export async function discardInput(ports: Ports, { id, inputObject }: FutureRecord): Promise<void> {
  if (inputObject) await ports.objects.remove(objectKey(id, inputObject)).catch(() => {});
}

/** Fields of a coroutine that speak of its present journal. */
export const OF_JOURNAL = ["calls", "heard", "heardAt", "awaits", "wokenBy"] as const;

/** Back to pending, in the same band (promise 7), unless a cancel was requested meanwhile. */
async function tryAgain(
  ports: Ports,
  attempt: Leased,
  delaySeconds: number,
  isCoroutine: boolean,
): Promise<Finished | "cancelled"> {
  const written = await ports.store.update(
    attempt.id,
    { states: ["running"], token: attempt.token, uncancelled: true },
    {
      set: {
        state: "pending",
        due: ports.clock.now() + delaySeconds * 1000,
        failures: attempt.attempts,
      },
      // What a coroutine has done stands in the journal that it leaves; the next attempt begins one.
      // If its code was not reached, as when the deployment does not know the task, it keeps its own.
      remove: ["leaseUntil", ...(isCoroutine ? OF_JOURNAL : [])],
      add: { turn: 1, ...(isCoroutine ? { journal: 1 } : {}) },
    },
  );
  if (!written.applied) {
    const record = written.record;
    const running = record?.state === "running" && record.token === attempt.token;
    if (running && record.cancel) return "cancelled";
    // Refused by its own effect, whose answer was lost; not by that of having been suspended and woken.
    const pending = record?.state === "pending" && record.token === attempt.token;
    if (!pending || record.resumes !== attempt.resumes) return "lost";
  }
  await perform(ports, [written.record as FutureRecord]);
  return "retrying";
}
