/**
 * Promises 5 and 9, judged at every dispatch: a visible message is passed over for a lower band only
 * by a false empty or by the guaranteed share, and a band that waits gets its share of each slot.
 */
import type { Band } from "../../../core/bands.ts";
import { type FutureRecord, isTerminal } from "../../../core/future.ts";
import { poolOf } from "../../../core/pools.ts";
import type { BandQueue, Permit, QueueName, TaskMessage } from "../../../core/ports.ts";
import { CONTENDED_AFTER_MS } from "../../../core/probing.ts";
import type { SimulatedProcess } from "../process.ts";
import type { Message } from "../simulatedQueue.ts";
import type { QueueWatcher, SimulatedQueues } from "../simulatedQueues.ts";
import type { Watched } from "./messages.ts";

/** What the judge remembers of a slot: a process as it serves one kind of permits. */
interface SlotMemory {
  /** Since when the current search goes on. */
  searchingSince: number;
  /** Bands that were probed in it, and the one whose message was found. */
  probed: Set<number>;
  found: number | undefined;
  /** The band of the task that it has claimed and not begun, and bands with tasks passed over. */
  claimed: { band: number; passed: ReadonlyMap<number, string> } | undefined;
  servingSince: number;
  /** When the permit that it serves could first be received. */
  permitSince: number;
  /** Dispatches since each band was last served. */
  since: number[];
  /** Those, with permits that waited, that passed over a message of it since it was found empty. */
  passed: number[];
}

/** Clocks differ by a second, so whether a permit has waited is certain only beyond this. */
const SURELY_CONTENDED_MS = CONTENDED_AFTER_MS + 1000;

export class OrderJudge implements QueueWatcher {
  private readonly slots = new Map<SimulatedProcess, Partial<Record<Kind, SlotMemory>>>();
  private readonly serving = new Map<SimulatedProcess, Kind>();
  private readonly it: Watched;
  private readonly queues: SimulatedQueues;

  constructor(it: Watched, queues: SimulatedQueues) {
    this.it = it;
    this.queues = queues;
  }

  /** A process begins to serve a permit that its mapping has brought. */
  serves(process: SimulatedProcess, kind: Kind, permit: { body: unknown; sentAt: number }): void {
    this.serving.set(process, kind);
    const slot = this.slotOf(process);
    this.search(slot);
    slot.servingSince = this.it.env.world.now;
    slot.permitSince = readySince(permit);
  }

  polled(queue: QueueName, message: Message | undefined): void {
    const { acting } = this.it.env;
    if (!acting || typeof queue === "string" || !this.serving.has(acting)) return;
    const slot = this.slotOf(acting);
    if ("permits" in queue) {
      // One that was asked for while another was served before is nobody's.
      if (message && this.it.env.calledAt > slot.servingSince) {
        slot.permitSince = readySince(message);
      }
      return;
    }
    // What was found before did not end in a run: the search begins again at the top. The same band
    // is probed again by the SDK as well, when an answer was lost.
    if (slot.found !== undefined && slot.found !== queue.band) this.search(slot);
    slot.found = undefined;
    slot.probed.add(queue.band);
    if (message) {
      slot.found = queue.band;
    } else {
      slot.passed[queue.band] = 0;
    }
  }

  wrote(after: FutureRecord, before: FutureRecord | undefined): void {
    const { acting } = this.it.env;
    if (!acting || !before || after.attempts === before.attempts) return;
    const slot = this.slots.get(acting)?.[this.serving.get(acting) ?? "any"];
    if (slot?.found === undefined) return;
    this.dispatched(acting, slot, slot.found, after.id);
  }

  private dispatched(process: SimulatedProcess, slot: SlotMemory, band: number, id: string): void {
    const { bands, policy } = this.it.config;
    const { history, world } = this.it.env;
    const contended = world.now - slot.permitSince > SURELY_CONTENDED_MS;
    const pool = this.poolOf(process);
    const passed = new Map<number, string>();
    const paused = this.it.pauses.surelyPausedSince(pool, bands[band]?.name ?? "");
    if (paused !== undefined && process.pausedUntil < paused) {
      history.violation(0, id, `it was begun although band ${band} was paused`);
    }
    for (let each = 0; each < this.bandsOf(process); each += 1) {
      if (each === band) continue;
      // A slot begins to count anew once a band is resumed (core/probing.ts).
      if (this.it.pauses.mayBePaused(pool, bands[each]?.name ?? "")) slot.passed[each] = 0;
      const waiting = this.waiting(pool, each, slot.searchingSince);
      if (waiting && each < band && !slot.probed.has(each)) {
        // A hair less: 1/share is not exact.
        if (policy === "strict" || !((slot.since[band] ?? 0) >= leastBetween(bands[band]) - 1e-6)) {
          history.violation(5, id, `it was run from band ${band} although ${waiting} waited above`);
        }
      }
      if (waiting && contended && policy === "weighted") passed.set(each, waiting);
    }
    slot.passed[band] = 0;
    slot.claimed = { band, passed };
    // At the most: whether the slot knows of its claim is seen only when the handler begins.
    slot.since = slot.since.map((since, each) => (each === band ? since : since + 1));
    this.search(slot);
  }

  /** The handler begins: only now is it certain that the slot knows of its own claim. */
  started(process: SimulatedProcess): void {
    const slot = this.slotOf(process);
    const { claimed } = slot;
    if (claimed === undefined) return;
    slot.claimed = undefined;
    slot.since[claimed.band] = 0;
    const { bands } = this.it.config;
    for (const [each, waiting] of claimed.passed) {
      const times = (slot.passed[each] ?? 0) + 1;
      slot.passed[each] = times;
      // Of several bands that are overdue one comes after the other.
      if (times <= leastBetween(bands[each]) + bands.length) continue;
      this.it.env.history.violation(9, waiting, `a slot passed it over ${times} times`);
    }
  }

  /** A task of the band that could have been run since then. */
  private waiting(pool: string, band: number, since: number): string | undefined {
    for (const message of this.queues.visible({ band, pool })) {
      if (message.readyAt <= since && isReady(this.it, message, { band, pool })) {
        return (message.body as TaskMessage).id;
      }
    }
    return undefined;
  }

  private slotOf(process: SimulatedProcess): SlotMemory {
    const kind = this.serving.get(process) ?? "any";
    const both = this.slots.get(process) ?? {};
    this.slots.set(process, both);
    const zeros = () => this.it.config.bands.map(() => 0);
    both[kind] ??= {
      searchingSince: 0,
      probed: new Set(),
      found: undefined,
      claimed: undefined,
      servingSince: 0,
      permitSince: 0,
      since: zeros(),
      passed: zeros(),
    };
    return both[kind];
  }

  private search(slot: SlotMemory): void {
    slot.searchingSince = this.it.env.world.now;
    slot.probed.clear();
    slot.found = undefined;
  }

  private poolOf(process: SimulatedProcess): string {
    return process.role.slice("worker ".length);
  }

  private bandsOf(process: SimulatedProcess): number {
    const { reserved } = poolOf(this.it.config.pools, this.poolOf(process));
    const all = this.it.config.bands.length;
    return this.serving.get(process) === "reserved" && reserved ? reserved.through + 1 : all;
  }
}

export type Kind = "any" | "reserved";

/** Dispatches from other bands after which a band's share is due; a band without one is never. */
function leastBetween(band: Band | undefined): number {
  return band?.share ? 1 / band.share - 1 : Number.POSITIVE_INFINITY;
}

function readySince({ body, sentAt }: { body: unknown; sentAt: number }): number {
  return Math.max(sentAt, (body as Permit).due ?? 0);
}

/** Whether a message stands for a task that could be run now from the queue where it lies. */
export function isReady(
  { store, env, config, pauses }: Watched,
  message: Message,
  { band, pool }: Required<BandQueue>,
): boolean {
  const { id, turn } = message.body as TaskMessage;
  const record = store.table.peek(id);
  if (!record || isTerminal(record) || record.state !== "pending") return false;
  if (pauses.mayBePaused(pool, config.bands[band]?.name ?? "")) return false;
  return record.turn === turn && (record.due ?? 0) <= env.world.now - 1000;
}
