/**
 * Whether a permit that finds nothing is the surplus one of two twins: asked once, after the band of
 * its task was found empty.
 */
import type { Ports } from "../core/ports.ts";
import { type TwinFate, twinFate } from "../core/usecases/twins.ts";
import type { PermitInHand } from "./permitInHand.ts";

export class TwinCheck {
  /** Undefined for a permit without a twin, and until it was asked. */
  fate: TwinFate | undefined;
  readonly #ports: Ports;
  readonly #permit: PermitInHand;
  readonly #band: number;

  /** @param band where its task is to be found */
  constructor(ports: Ports, permit: PermitInHand, band: number) {
    this.#ports = ports;
    this.#permit = permit;
    this.#band = band;
  }

  /** Whether probing can end: this band was the task's, and the permit's right is used up. */
  async endsAfter(band: number): Promise<boolean> {
    const { body, receives } = this.#permit;
    if (band !== this.#band || body.twin === undefined || this.fate !== undefined) return false;
    this.fate = await twinFate(this.#ports, body.twin, receives);
    return this.fate === "used";
  }

  /** Its task is served: it need not come again. */
  get isServed(): boolean {
    return this.fate === "used" || this.fate === "spare";
  }
}
