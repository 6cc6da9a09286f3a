/**
 * A worker slot: with a permit in hand it takes the most urgent task that waits, runs it, and goes
 * on with the next permit while there is contention.
 */

import type { Band } from "../core/bands.ts";
import { messageVisibility, permitVisibility } from "../core/lease.ts";
import { poolOf } from "../core/pools.ts";
import type {
  BandQueue,
  Permit,
  PermitQueue,
  Ports,
  Received,
  TaskMessage,
} from "../core/ports.ts";
import {
  afterDispatch,
  CONTENDED_AFTER_MS,
  newHistory,
  type ProbeHistory,
  probeOrder,
} from "../core/probing.ts";
import { INVOCATION_CAP_SECONDS } from "../core/taskLimits.ts";
import { type Claim, claim, type Leased, type RetryOf } from "../core/usecases/claim.ts";
import { overlooked } from "./overlooked.ts";
import { SILENT, type Telemetry } from "./telemetry.ts";

/** A claimed task with the message that brought it and the permit that it fills. */
export interface Dispatched {
  task: Leased;
  band: number;
  /** Since when it could have run, in milliseconds. */
  readySince: number;
  messageHandle: string;
  permit: PermitInHand;
}

export interface PermitInHand {
  body: Permit;
  /** Where it came from. */
  queue: PermitQueue;
  handle: string;
  sentAt: number;
  receives: number;
  /** Fetched by the worker itself; otherwise the event source mapping brought it and deletes it. */
  fetched: boolean;
}

/** What a permit led to; of tasks that cannot run yet, when the first may be looked at again. */
type Found = Dispatched | { hiddenSeconds?: number };

/** What to do with the task's message once the attempt is over. */
export type AfterRun = "delete" | "leave";

export interface SlotOptions {
  /** Whether it is reserved for the top bands. @default "any" */
  permits?: PermitQueue["permits"];
  retryOf: RetryOf;
  /** Runs the task to the end of its attempt, effects included. */
  run: (dispatched: Dispatched) => Promise<AfterRun>;
  /** @default nobody listens */
  telemetry?: Telemetry;
  /** Whether to look what was overlooked (overlooked.ts). @default never */
  samples?: () => boolean;
}

/**
 * An invocation goes on with further permits for at most this long (milliseconds), so that its
 * end, the longest task added, stays below the function's timeout.
 */
const INVOCATION_CAP_MS = INVOCATION_CAP_SECONDS * 1000;

/** A permit that has waited no longer than this (milliseconds) has its task close by. */
const FRESH_MS = 1000;
/** A permit finds nothing this often before it is dropped; a surplus one is harmless. */
const MAX_PERMIT_RECEIVES = 3;
/** One whose twin has most likely served their task; should both miss it, the sweeper rings. */
const MAX_TWIN_RECEIVES = 1;
/** A permit this quick… (milliseconds) */
const QUICK_PERMIT_MS = 500;
/** …that meets a task this slow shows that a permit was lost on the way. */
const SLOW_TASK_MS = 2000;

/** The state of a slot that outlives an invocation: what it has served and found empty. */
export class Slot {
  private history: ProbeHistory;
  private readonly ports: Ports;
  private readonly options: SlotOptions;
  /** The permits that it goes on with. */
  private readonly queue: PermitQueue;
  /** The bands that it may serve: all, or for a reserved slot the top ones. */
  private readonly bands: readonly Band[];
  private readonly telemetry: Telemetry;

  constructor(ports: Ports, options: SlotOptions) {
    this.ports = ports;
    this.options = options;
    this.telemetry = options.telemetry ?? SILENT;
    const { bands, pool, pools } = ports.config;
    const { permits = "any" } = options;
    const { reserved } = poolOf(pools, pool);
    this.queue = { permits, pool };
    this.bands = permits === "reserved" && reserved ? bands.slice(0, reserved.through + 1) : bands;
    this.history = newHistory(this.bands);
  }

  /**
   * Serves a permit, and further ones while permits wait.
   * @returns whether the first permit is used up; if not, the mapping must show it again
   */
  async serve(first: PermitInHand): Promise<boolean> {
    const { clock } = this.ports;
    const until = clock.now() + INVOCATION_CAP_MS;
    let permit: PermitInHand | undefined = first;
    let firstIsUsed = true;
    while (permit) {
      const found: Found = await this.find(permit, until);
      if (!("task" in found)) {
        const used = await this.giveUp(permit, found.hiddenSeconds);
        if (permit === first) firstIsUsed = used;
        return firstIsUsed;
      }
      const after = await this.options.run(found);
      const contended = this.isContended(permit);
      // The next permit is fetched while the old ones are put away. Without contention there is
      // most likely none, and the mapping is as quick: so nothing is spent on asking.
      const [next]: [PermitInHand | undefined, unknown, unknown] = await Promise.all([
        contended && clock.now() < until ? this.fetchPermit() : undefined,
        after === "delete" ? this.remove(found.band, found.messageHandle) : undefined,
        permit.fetched ? this.ports.queues.remove(permit.queue, permit.handle) : undefined,
      ]);
      permit = next;
    }
    return firstIsUsed;
  }

  /** Probes the bands, most urgent first, until a message leads to a run. */
  private async find(permit: PermitInHand, until: number): Promise<Found> {
    const { bands } = this;
    const { policy } = this.ports.config;
    const hinted = bands[permit.body.band] ? permit.body.band : 0;
    const fresh = this.age(permit) < FRESH_MS;
    let sweeps = 0;
    let hiddenSeconds: number | undefined;
    const nothing = () => (hiddenSeconds === undefined ? {} : { hiddenSeconds });
    while (this.ports.clock.now() < until) {
      const order = probeOrder(bands, policy, this.history);
      const probedAt = this.ports.clock.now();
      const empty: number[] = [];
      let message: Received<TaskMessage> | undefined;
      let band = 0;
      for (band of order) {
        message = await this.receive(band, 0);
        if (message) break;
        empty.push(band);
      }
      if (!message) {
        sweeps += 1;
        // A short poll may miss what is there, so nothing found once proves little.
        if (sweeps < 2) continue;
        if (!fresh || sweeps > 2) return nothing();
        band = hinted;
        message = await this.receive(band, 1);
        if (!message) return nothing();
      }
      const claimed = await this.tryClaim(band, message);
      // A message that does not end in a run keeps the permit: probe again from the top.
      if (claimed.do !== "run") {
        if (claimed.do === "hide" && claimed.seconds > 0) {
          hiddenSeconds = Math.min(hiddenSeconds ?? Number.POSITIVE_INFINITY, claimed.seconds);
        }
        continue;
      }
      const task = claimed.record;
      await this.ringIfLost(permit, message, band);
      this.history = afterDispatch(this.history, band, empty, this.isContended(permit));
      const readySince = Math.max(message.sentAt, message.body.due ?? 0);
      const found = { task, band, readySince, messageHandle: message.handle, permit };
      this.telemetry.started(found, claimed.takenOver === true);
      if (this.options.samples?.() && isByOrder(band, empty)) {
        // Beside the run, which does not wait for it.
        void overlooked(this.ports, band, probedAt).then(
          (missed) => this.telemetry.sampled(band, missed),
          () => {},
        );
      }
      return found;
    }
    return nothing();
  }

  private async tryClaim(band: number, message: Received<TaskMessage>): Promise<Claim> {
    const answer = await claim(this.ports, message.body, this.options.retryOf);
    if (answer.do === "hide") {
      await this.ports.queues.hide(this.bandQueue(band), message.handle, answer.seconds);
    }
    if (answer.do === "delete") await this.remove(band, message.handle);
    return answer;
  }

  /** The permit was quick and the task was slow: one permit was lost, so one more is rung. */
  private async ringIfLost(
    permit: PermitInHand,
    message: Received<TaskMessage>,
    band: number,
  ): Promise<void> {
    const waited = this.ports.clock.now() - Math.max(message.sentAt, message.body.due ?? 0);
    if (message.receives > 1 || waited < SLOW_TASK_MS || this.age(permit) > QUICK_PERMIT_MS) return;
    this.telemetry.rang();
    await this.ports.queues.sendPermits(this.queue, [{ body: { band }, delaySeconds: 0 }]);
  }

  /**
   * Nothing to run: look again in a second, twice at the most; then the permit was surplus. But if
   * a task was met that cannot run yet, it may be the permit's own, which comes back after it does.
   * @param hiddenSeconds for how long such a task's message was hidden
   * @returns whether the permit is used up
   */
  private async giveUp(permit: PermitInHand, hiddenSeconds?: number): Promise<boolean> {
    const { queues } = this.ports;
    if (hiddenSeconds !== undefined) {
      await queues.hide(permit.queue, permit.handle, hiddenSeconds + 1);
      return false;
    }
    if (permit.receives < (permit.body.twin ? MAX_TWIN_RECEIVES : MAX_PERMIT_RECEIVES)) {
      await queues.hide(permit.queue, permit.handle, 1);
      return false;
    }
    this.telemetry.surplus();
    if (permit.fetched) await queues.remove(permit.queue, permit.handle);
    return true;
  }

  private async fetchPermit(): Promise<PermitInHand | undefined> {
    const permit = await this.ports.queues.receivePermit(this.queue, {
      waitSeconds: 0,
      visibilitySeconds: permitVisibility(this.ports.config),
    });
    return permit && { ...permit, queue: this.queue, fetched: true };
  }

  private receive(band: number, waitSeconds: number) {
    const visibilitySeconds = messageVisibility(this.ports.config);
    return this.ports.queues.receiveTask(this.bandQueue(band), { waitSeconds, visibilitySeconds });
  }

  private remove(band: number, handle: string): Promise<void> {
    return this.ports.queues.remove(this.bandQueue(band), handle);
  }

  private bandQueue(band: number): BandQueue {
    return { band, pool: this.ports.config.pool };
  }

  /** Milliseconds since the permit could first be received. */
  private age(permit: PermitInHand): number {
    return this.ports.clock.now() - Math.max(permit.sentAt, permit.body.due ?? 0);
  }

  private isContended(permit: PermitInHand): boolean {
    return this.age(permit) > CONTENDED_AFTER_MS;
  }
}

/** Whether all bands above were found empty: else the band's share has been honoured. */
function isByOrder(band: number, empty: readonly number[]): boolean {
  return band > 0 && new Set(empty.filter((each) => each < band)).size === band;
}
