/**
 * Events for the world outside: nobody is there.
 */
import type { FutureRecord } from "../../core/future.ts";
import type { Notices } from "../../core/ports.ts";
import type { AtOnce } from "../support/memoryTable.ts";

export class SimulatedNotices implements AtOnce<Notices> {
  onPublish: (id: string) => void = () => {};

  publish(record: FutureRecord): void {
    this.onPublish(record.id);
  }
}
