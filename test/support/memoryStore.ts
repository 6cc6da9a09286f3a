/**
 * The table in memory: held to the same contract as the one on DynamoDB (storeContract.ts).
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

/** Futures on one page of a scan. */
const PAGE = 100;

export class MemoryStore implements Store {
  /** Is told of every write of a future that was applied. */
  onWrite: (after: FutureRecord, before: FutureRecord | undefined) => void = () => {};
  private readonly futures = new Map<string, FutureRecord>();
  private readonly kept = new Map<string, Tally>();
  private readonly overflow = new Map<string, Set<string>>();
  private readonly blobs = new Map<string, string>();
  private readonly due = new Map<string, DueEntry>();
  private book: Pauses = NO_PAUSES;

  async insert(record: FutureRecord): Promise<Written> {
    const stored = this.futures.get(record.id);
    return stored ? { applied: false, record: stored } : this.write(clean(record), undefined);
  }

  async read(id: string): Promise<FutureRecord | undefined> {
    return this.futures.get(id);
  }

  async readMany(ids: readonly string[]): Promise<Map<string, FutureRecord>> {
    const found = new Map<string, FutureRecord>();
    for (const id of ids) {
      const record = this.futures.get(id);
      if (record) found.set(id, record);
    }
    return found;
  }

  async update(id: string, when: When, change: Change): Promise<Written> {
    const stored = this.futures.get(id);
    if (!stored || !holds(stored, when)) return { applied: false, record: stored };
    return this.write(changed(stored, change), stored);
  }

  async report(name: string, code: number, at?: number) {
    // Without an await between reading and writing: the table does both in one.
    const tally: Tally = this.kept.get(name) ?? { codes: [] };
    if (tally.codes.includes(code)) return { ...tally, fresh: false };
    const codes = [...tally.codes, code];
    const after = at === undefined ? { codes } : { codes, times: [...(tally.times ?? []), at] };
    this.kept.set(name, after);
    return { ...after, fresh: true };
  }

  async tally(name: string): Promise<readonly number[]> {
    return this.kept.get(name)?.codes ?? [];
  }

  async tallies(names: readonly string[]): Promise<Map<string, Tally>> {
    return new Map(
      names.flatMap((name) => {
        const tally = this.kept.get(name);
        return tally ? [[name, tally] as const] : [];
      }),
    );
  }

  async putWatchers(id: string, watchers: readonly string[]): Promise<void> {
    this.overflow.set(id, new Set([...(this.overflow.get(id) ?? []), ...watchers]));
  }

  async removeWatcher(id: string, watcher: string): Promise<void> {
    const watchers = this.overflow.get(id);
    if (watchers) this.overflow.set(id, new Set([...watchers].filter((each) => each !== watcher)));
  }

  async watchers(id: string, limit: number, cursor = ""): Promise<WatcherPage> {
    const all = [...(this.overflow.get(id) ?? [])].filter((each) => each > cursor).sort();
    const watchers = all.slice(0, limit);
    // As the table does, which cannot know that nothing follows a full page.
    return watchers.length < limit ? { watchers } : { watchers, cursor: watchers.at(-1) as string };
  }

  async putBlob(id: string, name: string, text: string): Promise<void> {
    this.blobs.set(`${id}/${name}`, text);
  }

  async claimBlob(id: string, name: string, text: string): Promise<string> {
    const key = `${id}/${name}`;
    const stored = this.blobs.get(key) ?? text;
    this.blobs.set(key, stored);
    return stored;
  }

  async blob(id: string, name: string): Promise<string | undefined> {
    return this.blobs.get(`${id}/${name}`);
  }

  async putDue(id: string, at: number): Promise<void> {
    const key = `${id}/${at}`;
    this.due.set(key, this.due.get(key) ?? { id, at });
  }

  async dueBy(at: number, limit: number): Promise<readonly DueEntry[]> {
    const entries = [...this.due.values()].filter((entry) => entry.at <= at);
    return entries.sort((a, b) => a.at - b.at).slice(0, limit);
  }

  async removeDue(entry: DueEntry): Promise<void> {
    this.due.delete(`${entry.id}/${entry.at}`);
  }

  async pauses(): Promise<Pauses> {
    return this.book;
  }

  async changePauses({ pause, resume = [], renewal }: PauseChange): Promise<Pauses> {
    const is = (a: Place) => (b: Place) => a.pool === b.pool && a.band === b.band;
    const { paused } = this.book;
    const kept = paused.filter((each) => !resume.some(is(each)));
    const added = (pause?.places ?? [])
      .filter((place) => !kept.some(is(place)))
      .map((place): Pause => ({ ...place, since: pause?.at ?? 0 }));
    this.book = { ...this.book, paused: [...kept, ...added], ...(renewal ? { renewal } : {}) };
    return this.book;
  }

  async scan(cursor?: string): Promise<{ records: readonly FutureRecord[]; cursor?: string }> {
    const from = Number(cursor ?? 0);
    const records = [...this.futures.values()].slice(from, from + PAGE);
    const next = from + PAGE;
    return next < this.futures.size ? { records, cursor: String(next) } : { records };
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
  const { set = {}, remove = [], add = {}, init = {}, watch = [], unwatch = [] } = change;
  const gone = new Set<string>(remove);
  const kept = Object.fromEntries(Object.entries(record).filter(([field]) => !gone.has(field)));
  const after = { ...(kept as unknown as FutureRecord), ...set };
  if (init.began !== undefined) after.began ??= init.began;
  for (const [field, number] of Object.entries(add)) {
    const name = field as keyof typeof add;
    after[name] = (record[name] ?? 0) + number;
  }
  if (watch.length > 0) after.watchers = [...new Set([...(record.watchers ?? []), ...watch])];
  if (unwatch.length > 0) {
    const left = (record.watchers ?? []).filter((each) => !unwatch.includes(each));
    // A set that is empty is none.
    if (left.length > 0) after.watchers = left;
    else delete after.watchers;
  }
  return clean(after);
}

/** Without properties that are undefined, as a table stores it; a copy that nobody else changes. */
function clean(record: FutureRecord): FutureRecord {
  return structuredClone(
    Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)),
  ) as unknown as FutureRecord;
}

/** As DynamoDB: 1e-130 to 1e126, and 0. */
function checkNumbers(value: unknown): void {
  if (typeof value === "number") {
    const size = Math.abs(value);
    if (size === 0 || (size >= 1e-130 && size < 1e126)) return;
    throw new RangeError(`ValidationException: the table stores no ${value}`);
  }
  if (value !== null && typeof value === "object") Object.values(value).forEach(checkNumbers);
}
