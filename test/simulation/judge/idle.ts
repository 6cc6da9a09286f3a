/**
 * Promise 6: no slot is idle beside ready work. Looked at each second while there is some.
 */
import type { FutureRecord } from "../../../core/future.ts";
import { DEFAULT_POOL, type Pool, poolOf } from "../../../core/pools.ts";
import type { QueueName } from "../../../core/ports.ts";
import type { Mapping } from "../mapping.ts";
import type { SimulatedQueues } from "../simulatedQueues.ts";
import type { Watched } from "./messages.ts";
import { isReady } from "./order.ts";

const LOOK_MS = 1000;

/** Milliseconds that a slot may be idle beside ready work. */
export interface Patience {
  /**
   * When nothing has gone wrong, or was paused, in the whole run. Not in pools with reserved slots: of
   * a task with two permits the spare one looks once, and may be the right of any other task, whose
   * message may come late (worker/twinCheck.ts); the sweeper rings for that.
   */
  calm: number;
  /** Otherwise: until the sweeper has come by. */
  swept: number;
}

/**
 * Permits are looked at three times, a second apart, and Lambda starts a process in another three;
 * the sweeper comes each minute, and its own calls take their time.
 */
const PATIENCE: Patience = { calm: 10_000, swept: 60_000 + 15_000 };

interface Waiting {
  /** A task that could run in an idle slot. */
  waiting?: string;
  /** Whether there is any message. */
  any: boolean;
}

interface Idle {
  since: number;
  /** Sweeps that began and ended well since then. */
  sweeps: number;
}

export class IdleJudge {
  private readonly idle = new Map<string, Idle>();
  private looking = false;
  private readonly it: Watched;
  private readonly queues: SimulatedQueues;
  private readonly mappings: ReadonlyMap<string, Mapping>;

  /** @param mappings those of permit queues, by pool and kind as in `default any` */
  constructor(it: Watched, queues: SimulatedQueues, mappings: ReadonlyMap<string, Mapping>) {
    this.it = it;
    this.queues = queues;
    this.mappings = mappings;
  }

  sent(queue: QueueName): void {
    if (typeof queue === "object" && "band" in queue) this.look();
  }

  /** A task was claimed: a slot of its pool is not idle. */
  wrote(after: FutureRecord, before: FutureRecord | undefined): void {
    if (!before || after.attempts === before.attempts) return;
    this.idle.delete(poolOf(this.it.config.pools, after.pool ?? DEFAULT_POOL).name);
  }

  /** A sweep that began at that time has ended well. */
  swept(begun: number): void {
    for (const each of this.idle.values()) if (each.since < begun) each.sweeps += 1;
  }

  private look(): void {
    if (this.looking) return;
    this.looking = true;
    this.it.env.world.after(LOOK_MS, () => {
      this.looking = false;
      let any = false;
      for (const pool of this.it.config.pools) any = this.lookAt(pool) || any;
      if (any) this.look();
    });
  }

  /** @returns whether there is any message */
  private lookAt(pool: Pool): boolean {
    const { env, pauses } = this.it;
    const { world, faults, history } = env;
    const { waiting, any } = this.waitingFor(pool);
    if (waiting === undefined) {
      this.idle.delete(pool.name);
      return any;
    }
    const known = this.idle.get(pool.name);
    // While Lambda has no concurrency for it there is no slot.
    const idle =
      known && known.since > this.gaveUpAt(pool) ? known : { since: world.now, sweeps: 0 };
    this.idle.set(pool.name, idle);
    const ms = world.now - idle.since;
    // A sweep may come as the permit of this moment is under way; the next one must mend it.
    const late =
      faults.calm && !pauses.any && pool.reserved === undefined
        ? ms > PATIENCE.calm
        : ms > PATIENCE.swept && idle.sweeps > 1;
    if (late) history.violation(6, waiting, `it waited beside an idle slot of ${pool.name}`);
    return true;
  }

  private gaveUpAt({ name }: Pool): number {
    const mappings = ["any", "reserved"].map((kind) => this.mappings.get(`${name} ${kind}`));
    return Math.max(...mappings.map((each) => each?.gaveUpAt() ?? 0));
  }

  /** A task that waits beside an idle slot which may run it. */
  private waitingFor({ name, reserved }: Pool): Waiting {
    const idle = this.mappings.get(`${name} any`)?.idle() ?? 0;
    const kept = this.mappings.get(`${name} reserved`)?.idle() ?? 0;
    const last =
      idle > 0 ? this.it.config.bands.length - 1 : kept > 0 ? (reserved?.through ?? -1) : -1;
    let any = false;
    for (const band of this.it.config.bands.keys()) {
      for (const message of this.queues.visible({ band, pool: name })) {
        any = true;
        if (band > last || !isReady(this.it, message, { band, pool: name })) continue;
        return { waiting: (message.body as { id: string }).id, any };
      }
      if (this.queues.hidden({ band, pool: name }) > 0) any = true;
    }
    return { any };
  }
}
