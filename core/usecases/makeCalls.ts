/**
 * The futures that a coroutine's calls make: stored under the ids of its journal, so that making
 * them again finds those that are there.
 */
import { JournalConflictError } from "../errors.ts";
import type { FutureRecord } from "../future.ts";
import { requestHash } from "../hash.ts";
import { awaitKey, guardKey } from "../journal.ts";
import { inBatches } from "../parallel.ts";
import type { Policy } from "../policies.ts";
import type { Ports } from "../ports.ts";
import { resultFields } from "../settlement.ts";
import { encodeWatcher } from "../tally.ts";
import { inputFields, place, placeInTable } from "../texts.ts";
import { placeIds } from "./members.ts";
import { perform } from "./perform.ts";
import { watcherOf } from "./register.ts";
import type { TaskRequest } from "./requests.ts";
import { wakingWatcher } from "./wake.ts";

/** What a call makes. Texts are JSON. */
export type Making =
  | { make: "task"; request: Omit<TaskRequest, "id"> }
  | {
      make: "aggregate";
      of: readonly string[];
      policy: Policy;
      timeoutSeconds?: number;
      /** All members are at least as urgent as this. */
      lent?: number;
    }
  | { make: "timer"; delaySeconds: number; result: string }
  | { make: "promise"; timeoutSeconds?: number; approval?: string };

export interface Call {
  id: string;
  /** Tells this call from any other (promise 8 within a journal). */
  hash: string;
  making: Making;
}

/** Futures, by their ids, of which a coroutine wants to hear. */
export interface Wanted {
  /** That it is about to await. */
  awaited: ReadonlySet<string>;
  /** Whose failure interrupts it. */
  guarded: ReadonlySet<string>;
}

/**
 * What makes two calls the same. A priority or tenant that was not given is the caller's, which may
 * have been moved since.
 */
export function hashOfCall(shape: object): string {
  return requestHash(shape);
}

/**
 * Stores the futures; what they owe is to be performed (sendCalls).
 * @param told what was delivered before them (journal.ts), encoded
 * @param wanted of which the caller wants to hear
 * @returns the futures as they stand
 * @throws JournalConflictError if another run has stored another call in the place of one
 */
export async function makeCalls(
  ports: Ports,
  caller: FutureRecord,
  calls: readonly Call[],
  told: string,
  wanted: Wanted,
): Promise<readonly FutureRecord[]> {
  const watchers = watchersAtBirth(ports, caller, calls, wanted);
  const stored = new Map<string, Promise<FutureRecord>>();
  const store = async (call: Call, index: number) => {
    // Whoever meets an aggregate takes members that are not there for failed. They are called
    // before it, so they are on their way by now.
    if (call.making.make === "aggregate") {
      await Promise.all(call.making.of.map((id) => stored.get(id)));
    }
    const record = await toRecord(ports, caller, call, index === 0 ? told : "");
    const own = watchers.get(call.id);
    const written = await ports.store.insert(own ? { ...record, watchers: own } : record);
    return standing(record, written.record);
  };
  const make = (call: Call, index: number) => {
    const made = store(call, index);
    stored.set(call.id, made);
    return made;
  };
  const [first, ...others] = calls;
  if (!first) return [];
  // What was delivered must be durable before anything that followed from it.
  const made = [await make(first, 0)];
  made.push(...(await inBatches([...others.entries()], ([index, call]) => make(call, index + 1))));
  return made;
}

/**
 * Performs what the futures owe: from now on they go their way.
 * @param stale whether some may have been cancelled since they were stored
 */
export async function sendCalls(
  ports: Ports,
  made: readonly FutureRecord[],
  stale: boolean,
): Promise<void> {
  const ids = made.map((each) => each.id);
  // What has settled may owe word of it: whoever settled it may have been the run that crashed.
  await perform(ports, stale ? [...(await ports.store.readMany(ids)).values()] : made);
}

/** Who will want to hear of them: their caller, and aggregates that are made together with them. */
function watchersAtBirth(
  ports: Ports,
  caller: FutureRecord,
  calls: readonly Call[],
  { awaited, guarded }: Wanted,
): ReadonlyMap<string, readonly string[]> {
  const watchers = new Map<string, string[]>(calls.map(({ id }) => [id, []]));
  for (const { id } of calls) {
    const key = awaitKey(caller.id, id);
    if (awaited.has(id)) watchers.get(id)?.push(wakingWatcher(caller.id, key));
    else if (guarded.has(id)) watchers.get(id)?.push(wakingWatcher(caller.id, guardKey(key)));
  }
  for (const { id, making } of calls) {
    if (making.make !== "aggregate") continue;
    const { of, policy } = making;
    const tree = of.length > ports.config.leafSize;
    for (const [member, memberId] of of.entries()) {
      const aggregate = { id, policy, tree } as FutureRecord;
      watchers.get(memberId)?.push(encodeWatcher(watcherOf(ports, aggregate, member, of.length)));
    }
  }
  // Those for which there is no room are registered later, like those of futures that exist.
  const room = ports.config.inlineWatchers;
  return new Map([...watchers].filter(([, own]) => own.length > 0 && own.length <= room));
}

async function toRecord(
  ports: Ports,
  caller: FutureRecord,
  { id, hash, making }: Call,
  told: string,
): Promise<FutureRecord> {
  const now = ports.clock.now();
  const base = {
    ...(await callFields(ports, caller, id, told)),
    id,
    state: "pending" as const,
    createdAt: now,
    request: hash,
    turn: 0,
    attempts: 0,
  };
  const dueIn = (seconds: number | undefined) =>
    seconds === undefined ? {} : { due: now + seconds * 1000 };
  switch (making.make) {
    case "task": {
      const { task, input, priority, delaySeconds, ...options } = making.request;
      const placed = await place(ports, { id, kind: "input", tag: hash }, input);
      return {
        ...base,
        ...options,
        kind: "task",
        task,
        priority,
        ...inputFields(placed),
        ...dueIn(delaySeconds || undefined),
      };
    }
    case "timer": {
      const placed = await place(ports, { id, kind: "result", tag: hash }, making.result);
      return { ...base, ...resultFields(placed), kind: "timer", ...dueIn(making.delaySeconds) };
    }
    case "promise": {
      const { timeoutSeconds, approval } = making;
      const token = approval === undefined ? {} : { approval };
      return { ...base, ...token, kind: "promise", ...dueIn(timeoutSeconds) };
    }
    case "aggregate": {
      const { of, policy, timeoutSeconds, lent } = making;
      return {
        ...base,
        ...(await placeIds(ports, id, `of#${hash}`, of)),
        kind: policy.of,
        policy,
        size: of.length,
        ...(of.length > ports.config.leafSize ? { tree: true } : {}),
        ...(lent === undefined ? {} : { lent }),
        ...dueIn(timeoutSeconds),
      };
    }
  }
}

/**
 * A run that lost its lease may go on for a while and store calls of its own. The first in a place
 * counts; whoever meets one that follows from other deliveries must begin again from the journal.
 * @param stored what stands there; undefined: it expired in this instant, a year after it settled
 */
export function standing(call: FutureRecord, stored: FutureRecord | undefined): FutureRecord {
  if (!stored) return call;
  const { request, told, toldAt } = stored;
  if (request === call.request && told === call.told && toldAt === call.toldAt) return stored;
  throw new JournalConflictError(call.id);
}

/** What every line of a journal has from its caller. */
export async function callFields(
  ports: Ports,
  caller: FutureRecord,
  id: string,
  told: string,
): Promise<Pick<FutureRecord, "told" | "toldAt" | "tenant" | "trace">> {
  const placed = await placeInTable(ports.store, id, `told#${caller.token}`, told);
  return {
    ...("at" in placed ? { toldAt: placed.at } : { told: placed.inline }),
    ...(caller.tenant === undefined ? {} : { tenant: caller.tenant }),
    ...(caller.trace === undefined ? {} : { trace: caller.trace }),
  };
}
