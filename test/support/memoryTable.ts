/**
 * What a table does, in memory and at once.
 */
import type { FutureRecord } from "../../core/future.ts";
import {
  NO_PAUSES,
  type Pause,
  type PauseChange,
  type Pauses,
  type Place,
} from "../../core/pauses.ts";
import type {
  Change,
  DueEntry,
  Store,
  Tally,
  WatcherPage,
  When,
  Written,
} from "../../core/ports.ts";

/** The same methods, that answer without a promise. */
export type AtOnce<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R> ? (...args: A) => R : T[K];
};

/** Futures on one page of a scan. */
const PAGE = 100;

export class MemoryTable implements AtOnce<Store> {
  /** Is told of every write of a future that was applied. */
  onWrite: (after: FutureRecord, before: FutureRecord | undefined) => void = () => {};
  /** Is told of every conditional write that was refused. */
  onRefused: (id: string, when: When, stored: FutureRecord | undefined) => void = () => {};
  /** Is told of every code that a tally did not hold before. */
  onReport: (tally: string, code: number) => void = () => {};
  /** Is told of the pauses after each change. */
  onPauses: (pauses: Pauses) => void = () => {};
  private readonly futures = new Map<string, FutureRecord>();
  private readonly kept = new Map<string, Tally>();
  private readonly overflow = new Map<string, Set<string>>();
  private readonly blobs = new Map<string, string>();
  private readonly due = new Map<string, DueEntry>();
  /** Whether nothing stands in the index of due times. */
  readonly hasNoDue = () => this.due.size === 0;
  private book: Pauses = NO_PAUSES;

  insert(record: FutureRecord): Written {
    const stored = this.futures.get(record.id);
    return stored ? { applied: false, record: stored } : this.write(clean(record), undefined);
  }

  read(id: string): FutureRecord | undefined {
    return this.futures.get(id);
  }

  readMany(ids: readonly string[]): Map<string, FutureRecord> {
    const found = new Map<string, FutureRecord>();
    for (const id of ids) {
      const record = this.futures.get(id);
      if (record) found.set(id, record);
    }
    return found;
  }

  update(id: string, when: When, change: Change): Written {
    const stored = this.futures.get(id);
    if (!stored || !holds(stored, when)) {
      this.onRefused(id, when, stored);
      return { applied: false, record: stored };
    }
    return this.write(changed(stored, change), stored);
  }

  report(name: string, code: number, at?: number) {
    // Without an await between reading and writing: the table does both in one.
    const tally: Tally = this.kept.get(name) ?? { codes: [] };
    if (tally.codes.includes(code)) return { ...tally, fresh: false };
    const codes = [...tally.codes, code];
    const after = at === undefined ? { codes } : { codes, times: [...(tally.times ?? []), at] };
    this.kept.set(name, after);
    this.onReport(name, code);
    return { ...after, fresh: true };
  }

  tally(name: string): readonly number[] {
    return this.kept.get(name)?.codes ?? [];
  }

  tallies(names: readonly string[]): Map<string, Tally> {
    return new Map(
      names.flatMap((name) => {
        const tally = this.kept.get(name);
        return tally ? [[name, tally] as const] : [];
      }),
    );
  }

  putWatchers(id: string, watchers: readonly string[]): void {
    this.overflow.set(id, new Set([...(this.overflow.get(id) ?? []), ...watchers]));
  }

  removeWatcher(id: string, watcher: string): void {
    const watchers = this.overflow.get(id);
    if (watchers) this.overflow.set(id, new Set([...watchers].filter((each) => each !== watcher)));
  }

  watchers(id: string, limit: number, cursor = ""): WatcherPage {
    const all = [...(this.overflow.get(id) ?? [])].filter((each) => each > cursor).sort();
    const watchers = all.slice(0, limit);
    // As the table does, which cannot know that nothing follows a full page.
    return watchers.length < limit ? { watchers } : { watchers, cursor: watchers.at(-1) as string };
  }

  putBlob(id: string, name: string, text: string): void {
    this.blobs.set(`${id}/${name}`, text);
  }

  claimBlob(id: string, name: string, text: string): string {
    const key = `${id}/${name}`;
    const stored = this.blobs.get(key) ?? text;
    this.blobs.set(key, stored);
    return stored;
  }

  blob(id: string, name: string): string | undefined {
    return this.blobs.get(`${id}/${name}`);
  }

  putDue(id: string, at: number): void {
    const key = `${id}/${at}`;
    this.due.set(key, this.due.get(key) ?? { id, at });
  }

  dueBy(at: number, limit: number): readonly DueEntry[] {
    const entries = [...this.due.values()].filter((entry) => entry.at <= at);
    return entries.sort((a, b) => a.at - b.at).slice(0, limit);
  }

  removeDue(entry: DueEntry): void {
    this.due.delete(`${entry.id}/${entry.at}`);
  }

  pauses(): Pauses {
    return this.book;
  }

  changePauses({ pause, resume = [], renewal }: PauseChange): Pauses {
    const is = (a: Place) => (b: Place) => a.pool === b.pool && a.band === b.band;
    const { paused } = this.book;
    const kept = paused.filter((each) => !resume.some(is(each)));
    const added = (pause?.places ?? [])
      .filter((place) => !kept.some(is(place)))
      .map((place): Pause => ({ ...place, since: pause?.at ?? 0 }));
    this.book = { ...this.book, paused: [...kept, ...added], ...(renewal ? { renewal } : {}) };
    this.onPauses(this.book);
    return this.book;
  }

  scan(cursor?: string): { records: readonly FutureRecord[]; cursor?: string } {
    const from = Number(cursor ?? 0);
    const records = [...this.futures.values()].slice(from, from + PAGE);
    const next = from + PAGE;
    return next < this.futures.size ? { records, cursor: String(next) } : { records };
  }

  /** The future as it stands at this instant. */
  peek(id: string): FutureRecord | undefined {
    return this.futures.get(id);
  }

  /** Whether the index of due times names the future. */
  hasDue(id: string): boolean {
    return [...this.due.values()].some((entry) => entry.id === id);
  }

  /** Everything that is stored, by key: what has changed since is another object. */
  everything(): Map<string, unknown> {
    const { futures, kept, overflow, blobs, due, book } = this;
    const maps = Object.entries({ futures, kept, overflow, blobs, due });
    const entries = maps.flatMap(([kind, map]) =>
      [...map].map(([key, value]) => [`${kind} ${key}`, value] as const),
    );
    return new Map<string, unknown>([...entries, ["pauses", book]]);
  }

  private write(after: FutureRecord, before: FutureRecord | undefined): Written {
    checkNumbers(after);
    this.futures.set(after.id, after);
    this.onWrite(after, before);
    return { applied: true, record: after };
  }
}

function holds(record: FutureRecord, when: When): boolean {
  return (
    (when.states?.includes(record.state) ?? true) &&
    (when.turn === undefined || record.turn === when.turn) &&
    (when.token === undefined || record.token === when.token) &&
    (when.dueBy === undefined || record.due === undefined || record.due <= when.dueBy) &&
    (!when.uncancelled || record.cancel !== true) &&
    (!when.unstopped || record.stopping === undefined) &&
    (when.uncancelledBut === undefined ||
      record.cancel !== true ||
      record.asked === when.uncancelledBut) &&
    (when.awaiting === undefined || (record.awaits?.includes(when.awaiting) ?? false)) &&
    (when.lentAbove === undefined || record.lent === undefined || record.lent > when.lentAbove) &&
    (when.priorityAbove === undefined || (record.priority ?? -Infinity) > when.priorityAbove) &&
    (when.sealed === undefined || (record.sealed === true) === when.sealed) &&
    (when.extent === undefined || (record.extent ?? 0) === when.extent) &&
    (when.extentBelow === undefined || (record.extent ?? -1) < when.extentBelow) &&
    (when.watchersBelow === undefined || (record.watchers?.length ?? 0) < when.watchersBelow)
  );
}

function changed(record: FutureRecord, change: Change): FutureRecord {
  const { set = {}, remove = [], add = {}, init, watch, unwatch } = change;
  const after = clean(record, remove);
  Object.assign(after, clean(set as FutureRecord));
  if (init?.began !== undefined) after.began ??= init.began;
  for (const [field, number] of Object.entries(add)) {
    const name = field as keyof typeof add;
    after[name] = (record[name] ?? 0) + number;
  }
  if (watch?.length) after.watchers = [...new Set([...(record.watchers ?? []), ...watch])];
  if (unwatch?.length) {
    const left = (record.watchers ?? []).filter((each) => !unwatch.includes(each));
    // A set that is empty is none.
    if (left.length > 0) after.watchers = left;
    else delete after.watchers;
  }
  return after;
}

/**
 * Without properties that are undefined, as a table stores it, and without those. A copy, but for
 * the lists and objects in it: nobody changes those in place.
 */
function clean(record: FutureRecord, without: readonly string[] = []): FutureRecord {
  const from = record as unknown as Record<string, unknown>;
  const copy: Record<string, unknown> = {};
  for (const field in from) {
    if (from[field] !== undefined && !without.includes(field)) copy[field] = from[field];
  }
  return copy as unknown as FutureRecord;
}

/** As DynamoDB: 1e-130 to 1e126, and 0. */
function checkNumbers(value: object): void {
  for (const key in value) {
    const each = (value as Record<string, unknown>)[key];
    if (typeof each === "number") checkNumber(each);
    else if (each !== null && typeof each === "object") checkNumbers(each);
  }
}

function checkNumber(value: number): void {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-130 && size < 1e126)) return;
  throw new RangeError(`ValidationException: the table stores no ${value}`);
}
