/**
 * What is owed: the effects that must follow from a future's stored state.
 *
 * Every change of state is one conditional write; what must follow is not remembered anywhere but
 * derived from the record by this pure function, and performed by whoever comes by: the writer,
 * and after a crash the next one who meets the future. Every effect is idempotent.
 */
import { type FutureRecord, isOpened, isTerminal } from "./future.ts";
import { cancelsRest, isDue, isStopping } from "./policies.ts";
import { expiresTooEarly } from "./settlement.ts";
import { decodeWatcher, type Ending, type Watcher } from "./tally.ts";

export type Effect =
  /** A message on the band's queue, then a permit. */
  | { effect: "dispatch"; record: FutureRecord }
  /** Look at it again at that time (milliseconds). */
  | { effect: "remind"; id: string; at: number }
  /** Its time has come: a timer fires, a promise times out. */
  | { effect: "expire"; record: FutureRecord }
  /** Register a suspended coroutine with what it awaits, or wake it. */
  | { effect: "listen"; record: FutureRecord }
  /** Pass a suspended coroutine's cancellation on to what it awaits. */
  | { effect: "passCancel"; record: FutureRecord }
  /** Raise an aggregate's members to the priority that it was lent. */
  | { effect: "lend"; record: FutureRecord }
  /** Register an open aggregate with its members, then seal it. */
  | { effect: "assemble"; record: FutureRecord }
  /** Its caller has filled it for too long without sealing it. */
  | { effect: "abandon"; record: FutureRecord }
  /** Let a sealed aggregate's policy decide. */
  | { effect: "decide"; record: FutureRecord }
  /** Cancel the members that still live. */
  | { effect: "cancelMembers"; record: FutureRecord }
  /** Leave the members that have not reported: they need not tell an aggregate that has settled. */
  | { effect: "withdraw"; record: FutureRecord }
  /** Tell a watcher. */
  | { effect: "report"; of: string; watcher: Watcher; ending: Ending }
  /** Tell the watchers that stand in items of their own. */
  | { effect: "reportOverflow"; record: FutureRecord }
  /** Send on their way the calls of a coroutine that was ended by another than its own code. */
  | { effect: "sendStrays"; record: FutureRecord }
  /** Publish an event of it. */
  | { effect: "notify"; id: string }
  /** A watcher came while it was settling: let the record outlive the watcher. */
  | { effect: "keep"; record: FutureRecord };

/**
 * The effects that a stored future owes, in the order in which they must be performed.
 * @param now milliseconds
 */
export function owed(record: FutureRecord, now: number): Effect[] {
  if (isTerminal(record)) return owedWhenSettled(record);
  if (record.kind === "task") return owedByTask(record, now);
  return record.policy ? owedByAggregate(record, now) : owedInTime(record, now);
}

function owedByTask(record: FutureRecord, now: number): Effect[] {
  if (record.state === "suspended") {
    // Whoever suspended it may have died before it was registered with what it awaits.
    const listen = { effect: "listen", record } as const;
    return record.cancel ? [{ effect: "passCancel", record }, listen] : [listen];
  }
  // A running task's message is hidden by whoever runs it and must not be multiplied.
  if (record.state !== "pending") return [];
  return isFarAhead(record, now)
    ? [{ effect: "remind", id: record.id, at: record.due as number }]
    : [{ effect: "dispatch", record }];
}

function owedByAggregate(record: FutureRecord, now: number): Effect[] {
  if (!record.sealed) return owedByOpen(record, now);
  const effects: Effect[] = [{ effect: "decide", record }];
  if (record.lending) effects.push({ effect: "lend", record });
  if (isStopping(record)) effects.push({ effect: "cancelMembers", record });
  if (record.due !== undefined && !isDue(record, now)) {
    effects.push({ effect: "remind", id: record.id, at: record.due });
  }
  return effects;
}

function owedByOpen(record: FutureRecord, now: number): Effect[] {
  if (!isOpened(record)) return [{ effect: "assemble", record }];
  const at = record.openUntil as number;
  return at <= now ? [{ effect: "abandon", record }] : [{ effect: "remind", id: record.id, at }];
}

/** Timers and promises: nothing but their time settles them from inside. */
function owedInTime(record: FutureRecord, now: number): Effect[] {
  if (record.due === undefined) return [];
  return isDue(record, now)
    ? [{ effect: "expire", record }]
    : [{ effect: "remind", id: record.id, at: record.due }];
}

function owedWhenSettled(record: FutureRecord): Effect[] {
  const ending = record.state as Ending;
  const effects: Effect[] = (record.watchers ?? []).map((text) => ({
    effect: "report",
    of: record.id,
    watcher: decodeWatcher(text),
    ending,
  }));
  // Before any of them is cancelled: then they have nothing to tell.
  if (record.left) effects.push({ effect: "withdraw", record });
  // Whoever was asked to cancel them may have died half way.
  if (record.policy && (cancelsRest(record.policy) || isStopping(record))) {
    effects.push({ effect: "cancelMembers", record });
  }
  if (record.strays) effects.push({ effect: "sendStrays", record });
  if (record.overflow) effects.push({ effect: "reportOverflow", record });
  if (record.notify) effects.push({ effect: "notify", id: record.id });
  if (expiresTooEarly(record)) effects.push({ effect: "keep", record });
  return effects;
}

/** SQS delays by at most 15 minutes; what is due later waits in the index of due times. */
export const QUEUE_HORIZON_MS = 900_000;

export function isFarAhead(record: FutureRecord, now: number): boolean {
  return record.due !== undefined && record.due - now > QUEUE_HORIZON_MS;
}
