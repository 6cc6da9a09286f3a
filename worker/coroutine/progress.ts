/**
 * How far a coroutine has been told of what it awaited: first what its journal tells, in that order,
 * then what settles.
 */
import type { FutureRecord } from "../../core/future.ts";
import { type AwaitKey, awaitedId, type Delivery } from "../../core/journal.ts";
import type { Ports } from "../../core/ports.ts";
import { CancelledError } from "../errors.ts";
import type { Journal } from "./journal.ts";
import { readOutcome } from "./outcome.ts";
import type { Waits } from "./waits.ts";

export class Progress {
  /** When what it knows was true, in milliseconds: the same in every replay. */
  now: number;
  /** The cancellation that has been dealt with, by its token. */
  heeded: string | undefined;
  readonly #ports: Ports;
  readonly #task: FutureRecord;
  readonly #journal: Journal;
  readonly #waits: Waits;
  /** The next delivery of the journal. */
  #position = 0;

  constructor(ports: Ports, task: FutureRecord, journal: Journal, waits: Waits) {
    this.now = task.began ?? task.createdAt;
    this.#ports = ports;
    this.#task = task;
    this.#journal = journal;
    this.#waits = waits;
  }

  /** What was delivered next, if the journal tells. */
  get next(): Delivery | undefined {
    return this.#journal.deliveries[this.#position];
  }

  /**
   * Delivers an outcome; or, by a cancellation's token, that it is awaited no longer.
   * @param calls that were made by now
   */
  async deliver(calls: number, key: AwaitKey, cancelledBy?: string): Promise<void> {
    const { id } = this.#task;
    const awaited = awaitedId(id, key);
    const record = this.#journal.records.get(awaited);
    const outcome =
      cancelledBy === undefined
        ? await readOutcome(this.#ports, awaited, record)
        : { error: new CancelledError(`${id} was cancelled.`) };
    if (!this.next) {
      const cancelled = cancelledBy === undefined ? {} : { cancelledBy };
      this.#journal.deliveries.push({ calls, key, ...cancelled });
    }
    this.#position += 1;
    if (cancelledBy !== undefined) this.heeded = cancelledBy;
    this.now = Math.max(this.now, record?.settledAt ?? 0);
    this.#waits.deliver(key, outcome, cancelledBy === undefined);
  }
}
