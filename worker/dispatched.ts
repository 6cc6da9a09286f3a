/**
 * What a slot has in hand while it runs a task.
 */
import type { Leased } from "../core/usecases/claim.ts";
import type { PermitInHand } from "./permitInHand.ts";

/** A claimed task with the message that brought it and the permit that it fills. */
export interface Dispatched {
  task: Leased;
  band: number;
  /** Since when it could have run, in milliseconds. */
  readySince: number;
  messageHandle: string;
  permit: PermitInHand;
}

/** What to do with the task's message once the attempt is over. */
export type AfterRun = "delete" | "leave";
