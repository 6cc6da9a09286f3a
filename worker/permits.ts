/**
 * The permits that a slot goes on with: how it gets, gives up and replaces them.
 */
import { permitVisibility } from "../core/lease.ts";
import type { PermitQueue, Ports, Received, TaskMessage } from "../core/ports.ts";
import { type PermitInHand, wasQuick } from "./permitInHand.ts";
import type { Telemetry } from "./telemetry.ts";

/** A permit finds nothing this often before it is dropped; a surplus one is harmless. */
const MAX_RECEIVES = 3;
/** One whose twin has most likely served their task; should both miss it, the sweeper rings. */
const MAX_TWIN_RECEIVES = 1;
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
   * @param hiddenSeconds for how long such a task's message was hidden
   * @returns whether the permit is used up
   */
  async giveUp(permit: PermitInHand, hiddenSeconds?: number): Promise<boolean> {
    const { queues } = this.#ports;
    if (hiddenSeconds !== undefined) {
      await queues.hide(permit.queue, permit.handle, hiddenSeconds + 1);
      return false;
    }
    if (permit.receives < (permit.body.twin ? MAX_TWIN_RECEIVES : MAX_RECEIVES)) {
      await queues.hide(permit.queue, permit.handle, 1);
      return false;
    }
    this.#telemetry.surplus();
    if (permit.fetched) await queues.remove(permit.queue, permit.handle);
    return true;
  }

  /** The permit was quick and the task was slow: one permit was lost, so one more is rung. */
  async ringIfLost(permit: PermitInHand, message: Received<TaskMessage>, band: number) {
    const { clock, queues } = this.#ports;
    const now = clock.now();
    const waited = now - Math.max(message.sentAt, message.body.due ?? 0);
    if (message.receives > 1 || waited < SLOW_TASK_MS || !wasQuick(permit, now)) return;
    this.#telemetry.rang();
    await queues.sendPermits(this.#queue, [{ body: { band }, delaySeconds: 0 }]);
  }
}
