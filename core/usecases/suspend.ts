/**
 * A running coroutine gives up its slot until something that it awaits has settled.
 */
import type { FutureRecord } from "../future.ts";
import type { AwaitKey } from "../journal.ts";
import type { Ports } from "../ports.ts";
import { fitsInline, placeInTable } from "../texts.ts";
import type { Leased } from "./claim.ts";
import { perform } from "./perform.ts";

export interface Suspension {
  awaits: readonly AwaitKey[];
  /** Calls that it has made. */
  calls: number;
  /** What was delivered since (journal.ts), encoded. */
  heard: string;
  /** The cancellation that it has dealt with already, by its token. */
  heeded?: string | undefined;
  /** Whether it lends its priority to what it awaits. */
  lends: boolean;
}

/**
 * - `suspended`: its message may be deleted
 * - `cancelled`: a cancellation was requested that it has not dealt with; it still runs
 * - `lost`: another attempt holds the task
 */
export type SuspendAnswer =
  | { how: "suspended" }
  | { how: "cancelled"; asked: string }
  | { how: "lost" };

/**
 * Suspending is no attempt: of those that count, only the ones that threw are left. Crashes before
 * it got this far are forgiven, since it has got further.
 */
export async function suspend(
  ports: Ports,
  attempt: Leased,
  { awaits, calls, heard, heeded, lends }: Suspension,
): Promise<SuspendAnswer> {
  const placed = await placeInTable(
    ports.store,
    attempt.id,
    `heard#${attempt.token}#${calls}`,
    heard,
  );
  const written = await ports.store.update(
    attempt.id,
    { states: ["running"], token: attempt.token, uncancelledBut: heeded ?? "" },
    {
      set: {
        state: "suspended",
        awaits,
        calls,
        attempts: attempt.failures ?? 0,
        ...(lends ? {} : { lends }),
        ...("at" in placed ? { heardAt: placed.at } : { heard: placed.inline }),
      },
      remove: [
        "leaseUntil",
        "cancel",
        "asked",
        "wokenBy",
        "due",
        // It lends anew to what it awaits now.
        "lending",
        fitsInline(heard) ? "heardAt" : "heard",
      ],
      add: { resumes: 1 },
    },
  );
  const record = written.record;
  if (!written.applied) {
    const mine = record?.token === attempt.token;
    if (mine && record.state === "running") return { how: "cancelled", asked: record.asked ?? "" };
    // Refused by its own effect, whose answer was lost: then it is no longer running.
    if (!mine || record.resumes === attempt.resumes) return { how: "lost" };
  }
  await perform(ports, [record as FutureRecord]);
  return { how: "suspended" };
}
