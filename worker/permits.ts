/**
 * The permits that a slot goes on with: how it gets, gives up and replaces them.
 */
import { permitVisibility, SKEW_MS } from "../core/lease.ts";
import type { Permit, PermitQueue, Ports, Received, TaskMessage } from "../core/ports.ts";
import { type PermitInHand, wasQuick } from "./permitInHand.ts";
import type { NothingFound } from "./search.ts";
import type { Telemetry } from "./telemetry.ts";

/** A permit finds nothing this often before it is dropped; a surplus one is harmless. */
const MAX_RECEIVES = 3;
/** A quick permit that meets a task this slow (milliseconds) shows that a permit was lost. */
const SLOW_TASK_MS = 2000;

export class Permits {
  readonly #ports: Ports;
  readonly #queue: PermitQueue;
  readonly #telemetry: Telemetry;

  constructor(ports: Ports, queue: PermitQueue, telemetry: Telemetry) {
    this.#ports = ports;
    this.#queue = queue;
    this.#telemetry = telemetry;
  }

  async fetch(): Promise<PermitInHand | undefined> {
    const { config, queues } = this.#ports;
    const permit = await queues.receivePermit(this.#queue, {
      waitSeconds: 0,
      visibilitySeconds: permitVisibility(config),
    });
    return permit && { ...permit, queue: this.#queue, fetched: true };
  }

  /**
   * Nothing to run: look again in a second, twice at the most; then the permit was surplus. But if
   * a task was met that cannot run yet, it may be the permit's own, which comes back after it does.
   * And one whose task is served need not come again.
   * One of a paused band is dropped at once: whoever resumes the band rings others.
   * @returns whether the permit is used up
   */
  async giveUp(
    permit: PermitInHand,
    { hiddenSeconds, paused = false, served = false }: NothingFound,
  ): Promise<boolean> {
    const { queues } = this.#ports;
    if (hiddenSeconds !== undefined) {
      await queues.hide(permit.queue, permit.handle, hiddenSeconds + 1);
      return false;
    }
    if (!paused && !served && permit.receives < MAX_RECEIVES) {
      await queues.hide(permit.queue, permit.handle, 1);
      return false;
    }
    if (!paused) this.#telemetry.surplus();
    if (permit.fetched) await queues.remove(permit.queue, permit.handle);
    return true;
  }

  /** Rings one more permit if one was lost. */
  async ringIfLost(permit: PermitInHand, message: Received<TaskMessage>, band: number) {
    const { clock, queues } = this.#ports;
    const now = clock.now();
    const readySince = Math.max(message.sentAt, message.body.due ?? 0);
    const { backlog, missing = 0 } = permit.body;
    // It stands for all work that was ready when it was rung: there may be more of it. Newer work has
    // permits of its own, and one of those may have been spent on what this one stands for.
    const goesOn = backlog !== undefined && (missing > 0 || readySince <= backlog + SKEW_MS);
    // The permit was quick and the task was slow.
    const isLost =
      message.receives <= 1 && now - readySince >= SLOW_TASK_MS && wasQuick(permit, now);
    if (!goesOn && !isLost) return;
    if (!goesOn) this.#telemetry.rang();
    const left = missing > 1 ? { missing: missing - 1 } : {};
    const body: Permit = goesOn ? { band, backlog, ...left } : { band };
    await queues.sendPermits(this.#queue, [{ body, delaySeconds: 0 }]);
  }
}
