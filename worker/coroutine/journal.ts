/**
 * What a coroutine's journal held when it was resumed, and what is added to it.
 */
import { type FutureRecord, isCall, isTerminal } from "../../core/future.ts";
import {
  awaitedId,
  callId,
  type Deliveries,
  type Delivery,
  decodeDeliveries,
  encodeDeliveries,
  joinDeliveries,
} from "../../core/journal.ts";
import type { Ports } from "../../core/ports.ts";
import { fetchFromTable } from "../../core/texts.ts";

/** After a crash more calls may be recorded than the task knows: so many are looked for at first. */
const FIRST_LOOK = 10;

export class Journal {
  /** Futures by their ids, as they were last seen: calls, and whatever else was awaited. */
  readonly records: Map<string, FutureRecord>;
  /** All that was delivered so far, in order. */
  readonly deliveries: Delivery[];
  /** Calls that are recorded: the highest number, and one. */
  readonly recorded: number;
  readonly #task: FutureRecord;
  /** Awaited futures whose state is known for this run: none of others tells us of its settling. */
  readonly #seen: Set<string>;
  /** Those of which there is none. */
  readonly #missing = new Set<string>();
  /** Deliveries that stand in records of calls; the rest goes into the next record. */
  #durable: number;

  constructor(
    task: FutureRecord,
    records: Map<string, FutureRecord> = new Map(),
    deliveries: Delivery[] = [],
    recorded = 0,
    durable = 0,
  ) {
    this.#task = task;
    this.records = records;
    this.#seen = new Set(records.keys());
    this.deliveries = deliveries;
    this.recorded = recorded;
    this.#durable = durable;
  }

  /** The record of a call, if it was made before. */
  call(number: number): FutureRecord | undefined {
    return this.records.get(callId(this.#task, number));
  }

  /** Takes in how a future stands; undefined: there is none. */
  saw(id: string, record: FutureRecord | undefined): void {
    this.#seen.add(id);
    if (record) this.records.set(id, record);
    else this.#missing.add(id);
  }

  /** From now on only `saw` tells of its settling. */
  watch(id: string): void {
    this.#seen.add(id);
  }

  /** Whether it may have settled without our having seen it. */
  mayHaveSettled(id: string): boolean {
    return !this.#seen.has(id);
  }

  /** When it settled, in milliseconds; undefined: it has not. What does not exist is over. */
  settledAt(id: string): number | undefined {
    const record = this.records.get(id);
    if (!record) return this.#missing.has(id) ? 0 : undefined;
    return isTerminal(record) ? record.settledAt : undefined;
  }

  /** What the next record is to hold, and how many deliveries are durable once it is written. */
  untold(): { told: string; upTo: number } {
    const told = encodeDeliveries({
      first: this.#durable,
      list: this.deliveries.slice(this.#durable),
    });
    return { told, upTo: this.deliveries.length };
  }

  wrote(upTo: number): void {
    this.#durable = Math.max(this.#durable, upTo);
  }
}

/** Reads a task's journal, in batches; a task that begins has none. */
export async function readJournal(ports: Ports, task: FutureRecord): Promise<Journal> {
  const suspended = task.calls ?? 0;
  // More attempts than have thrown: one crashed since it was suspended, if it ever was.
  const crashed = task.attempts > (task.failures ?? 0) + 1;
  if (suspended === 0 && !crashed && !task.awaits?.length) return new Journal(task);
  const records = await readCalls(ports, task, suspended, crashed);
  const recorded = 1 + Math.max(-1, ...records.keys());
  const told: Deliveries[] = [];
  for (const record of records.values()) {
    if (isCall(record) && (record.told || record.toldAt)) {
      const text = await fetchFromTable(ports.store, record.id, record.told, record.toldAt);
      told.push(decodeDeliveries(text));
    }
  }
  const durable = Math.max(0, ...told.map(({ first, list }) => first + list.length));
  const heard = await fetchFromTable(ports.store, task.id, task.heard, task.heardAt);
  const deliveries = joinDeliveries([decodeDeliveries(heard), ...told]);
  const byId = new Map([...records.values()].map((record) => [record.id, record]));
  const keys = [...deliveries.map(({ key }) => key), ...(task.awaits ?? [])];
  const others = keys.map((key) => awaitedId(task.id, key)).filter((id) => !byId.has(id));
  if (others.length > 0) {
    for (const [id, record] of await ports.store.readMany(others)) byId.set(id, record);
  }
  return new Journal(task, byId, deliveries, recorded, durable);
}

async function readCalls(
  ports: Ports,
  task: FutureRecord,
  known: number,
  crashed: boolean,
): Promise<Map<number, FutureRecord>> {
  const records = new Map<number, FutureRecord>();
  const read = async (from: number, to: number) => {
    const numbers = Array.from({ length: to - from }, (_, index) => from + index);
    const found = await ports.store.readMany(numbers.map((number) => callId(task, number)));
    for (const number of numbers) {
      const record = found.get(callId(task, number));
      if (record) records.set(number, record);
    }
    return found.size;
  };
  if (known > 0) await read(0, known);
  for (let from = known, count = FIRST_LOOK; crashed; from += count, count *= 2) {
    if ((await read(from, from + count)) === 0) break;
  }
  return records;
}
