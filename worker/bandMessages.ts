/**
 * The messages of a pool's bands, as a slot deals with them.
 */
import { messageVisibility } from "../core/lease.ts";
import type { BandQueue, Permit, Ports, Received, TaskMessage } from "../core/ports.ts";
import { type Claim, claim, type RetryOf } from "../core/usecases/claim.ts";

export class BandMessages {
  readonly #ports: Ports;
  readonly #retryOf: RetryOf;

  constructor(ports: Ports, retryOf: RetryOf) {
    this.#ports = ports;
    this.#retryOf = retryOf;
  }

  receive(band: number, waitSeconds: number): Promise<Received<TaskMessage> | undefined> {
    const { config, queues } = this.#ports;
    const visibilitySeconds = messageVisibility(config);
    return queues.receiveTask(this.#queueOf(band), { waitSeconds, visibilitySeconds });
  }

  /** Claims the message's task for a run, or does with the message what is to be done instead. */
  async claim(band: number, message: Received<TaskMessage>, permit: Permit): Promise<Claim> {
    const answer = await claim(this.#ports, message.body, this.#retryOf, permit);
    if (answer.do === "hide") {
      await this.#ports.queues.hide(this.#queueOf(band), message.handle, answer.seconds);
    }
    if (answer.do === "delete") await this.remove(band, message.handle);
    return answer;
  }

  /** Shows a message again, as if it had not been received. */
  putBack(band: number, handle: string): Promise<void> {
    return this.#ports.queues.hide(this.#queueOf(band), handle, 0);
  }

  remove(band: number, handle: string): Promise<void> {
    return this.#ports.queues.remove(this.#queueOf(band), handle);
  }

  #queueOf(band: number): BandQueue {
    return { band, pool: this.#ports.config.pool };
  }
}
