/**
 * A worker claims the task that a message names.
 */
import type { FutureRecord } from "../future.ts";
import { leaseEnd } from "../lease.ts";
import { treat } from "../messageTable.ts";
import type { Change, Permit, Ports, TaskMessage, When } from "../ports.ts";
import { effectiveRetry, type RetryOptions } from "../retry.ts";
import { isWatched, type Settled, settlement } from "../settlement.ts";
import { perform } from "./perform.ts";
import { hasCalled } from "./strays.ts";
import { claimedBy } from "./twins.ts";

export type Claim =
  /**
   * The task is this worker's: run it. `record.token` is the lease. `takenOver`: from a worker that
   * stopped without a word.
   */
  | { do: "run"; record: Leased; takenOver?: boolean }
  /** Hide the message for so many seconds and go on probing. */
  | { do: "hide"; seconds: number }
  /** All that was owed has been performed: delete the message and go on probing. */
  | { do: "delete" };

/** A task whose lease this worker holds. */
export type Leased = FutureRecord & { token: string; task: string };

/** The retry options that a task's author set in the registry, by the task's name. */
export type RetryOf = (task: string) => RetryOptions | undefined;

/** @param permit what led to the message, for the permit's twin if it has one */
export async function claim(
  ports: Ports,
  message: TaskMessage,
  retryOf: RetryOf = () => undefined,
  permit?: Permit,
): Promise<Claim> {
  const token = ports.newId();
  const now = ports.clock.now();
  // Most messages meet a pending task: claim it without reading first.
  const pending: When = { states: ["pending"], dueBy: now };
  const mine = await take(ports, message, token, pending, claimedBy(permit, message));
  if (mine.taken) return { do: "run", record: mine.record };
  const record = mine.record;
  const treatment = treat(record, message, now);
  switch (treatment.do) {
    case "hide":
      return treatment;
    case "takeOver":
      return takeOver({ ports, message, token, retryOf, permit }, record as FutureRecord);
    case "claim":
      // It became claimable since: meet the message again at once.
      return { do: "hide", seconds: 0 };
    case "consume":
      if (record) await perform(ports, [record]);
      return { do: "delete" };
  }
}

interface Claiming {
  ports: Ports;
  message: TaskMessage;
  token: string;
  retryOf: RetryOf;
  permit: Permit | undefined;
}

/** The worker that held the lease is gone: run the task again if it has attempts left. */
async function takeOver(
  { ports, message, token, retryOf, permit }: Claiming,
  record: FutureRecord,
): Promise<Claim> {
  const { maxAttempts } = effectiveRetry(retryOf(record.task ?? ""), record.retry);
  const theirs: When = { states: ["running"], ...(record.token ? { token: record.token } : {}) };
  const outcome = await whenLost(ports, record, maxAttempts);
  if (outcome) {
    const change = settlement(ports.config, outcome, ports.clock.now(), {
      token,
      watched: isWatched(record),
      strays: true,
    });
    const written = await ports.store.update(record.id, { ...theirs, turn: message.turn }, change);
    // Refused: someone else was faster, or its runner lives after all. Look at it again.
    if (!written.applied && !written.record) return { do: "delete" };
    if (!written.applied && written.record?.token !== token) return { do: "hide", seconds: 0 };
    await perform(ports, written.record ? [written.record] : []);
    return { do: "delete" };
  }
  const note = claimedBy(permit, message, record);
  const mine = await take(ports, message, token, theirs, note);
  return mine.taken
    ? { do: "run", record: mine.record, takenOver: true }
    : { do: "hide", seconds: 0 };
}

async function whenLost(
  ports: Ports,
  record: FutureRecord,
  maxAttempts: number,
): Promise<Settled | undefined> {
  // A coroutine that was told to end may have a `finally` to run.
  if (record.cancel && !(await hasCalled(ports, record))) return { state: "cancelled" };
  if (record.attempts < maxAttempts) return undefined;
  const message = `Its worker stopped without a word in attempt ${record.attempts} of ${maxAttempts}.`;
  return { state: "failed", error: { name: "WorkerLostError", message } };
}

type Taken = { taken: true; record: Leased } | { taken: false; record: FutureRecord | undefined };

async function take(
  ports: Ports,
  message: TaskMessage,
  token: string,
  when: When,
  { set, ...note }: Pick<Change, "set" | "remove">,
): Promise<Taken> {
  const now = ports.clock.now();
  const written = await ports.store.update(
    message.id,
    { ...when, turn: message.turn },
    {
      set: {
        state: "running",
        token,
        startedAt: now,
        leaseUntil: leaseEnd(ports.config, now),
        ...set,
      },
      ...note,
      add: { attempts: 1 },
      init: { began: now },
    },
  );
  // Refused by its own effect: the answer of the first try was lost.
  const own = written.record?.state === "running" && written.record.token === token;
  return written.applied || own
    ? { taken: true, record: written.record as Leased }
    : { taken: false, record: written.record };
}
