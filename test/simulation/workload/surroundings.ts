/**
 * What the tasks of the simulation have around them.
 */
import type { Ports } from "../../../core/ports.ts";
import type { Witness } from "./witness.ts";

/** What a handler of the simulation is given besides what every handler is. */
export interface Surroundings {
  ports: Ports;
  /** Is told of every run of a handler, before it does anything. */
  onStart: (id: string, attempt: number) => void;
  /** Who is told of a run of a program. */
  witness: (id: string) => Witness;
}

/** Seconds of an attempt; longer than any task that does not hang, late answers included. */
export const TIMEOUT_SECONDS = 20;
