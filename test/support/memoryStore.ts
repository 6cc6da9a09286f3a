/**
 * The table in memory: held to the same contract as the one on DynamoDB (storeContract.ts).
 */
import type { FutureRecord } from "../../core/future.ts";
import type { PauseChange } from "../../core/pauses.ts";
import type { Change, DueEntry, Store, When } from "../../core/ports.ts";
import { MemoryTable } from "./memoryTable.ts";

export class MemoryStore implements Store {
  readonly table = new MemoryTable();

  /** Is told of every write of a future that was applied. */
  set onWrite(listener: MemoryTable["onWrite"]) {
    this.table.onWrite = listener;
  }

  insert = async (record: FutureRecord) => this.table.insert(record);
  read = async (id: string) => this.table.read(id);
  readMany = async (ids: readonly string[]) => this.table.readMany(ids);
  update = async (id: string, when: When, change: Change) => this.table.update(id, when, change);
  report = async (tally: string, code: number, at?: number) => this.table.report(tally, code, at);
  tally = async (tally: string) => this.table.tally(tally);
  tallies = async (names: readonly string[]) => this.table.tallies(names);
  putWatchers = async (id: string, all: readonly string[]) => this.table.putWatchers(id, all);
  removeWatcher = async (id: string, watcher: string) => this.table.removeWatcher(id, watcher);
  watchers = async (id: string, limit: number, cursor?: string) =>
    this.table.watchers(id, limit, cursor);
  putBlob = async (id: string, name: string, text: string) => this.table.putBlob(id, name, text);
  claimBlob = async (id: string, name: string, text: string) =>
    this.table.claimBlob(id, name, text);
  blob = async (id: string, name: string) => this.table.blob(id, name);
  putDue = async (id: string, at: number) => this.table.putDue(id, at);
  dueBy = async (at: number, limit: number) => this.table.dueBy(at, limit);
  removeDue = async (entry: DueEntry) => this.table.removeDue(entry);
  pauses = async () => this.table.pauses();
  changePauses = async (change: PauseChange) => this.table.changePauses(change);
  scan = async (cursor?: string) => this.table.scan(cursor);

  /** Everything that is stored, by key: what has changed since is another object. */
  everything(): Map<string, unknown> {
    return this.table.everything();
  }
}
