/**
 * A permit that a slot has received, and what its age tells.
 */
import type { Permit, PermitQueue } from "../core/ports.ts";
import { CONTENDED_AFTER_MS } from "../core/probing.ts";

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

/** A permit that has waited no longer than this (milliseconds) has its task close by. */
const FRESH_MS = 1000;
/** One this quick (milliseconds) that meets a task that has waited long stands for another. */
const QUICK_MS = 500;

/** When the permit could first be received, in milliseconds. */
export function rungAt({ sentAt, body }: PermitInHand): number {
  return Math.max(sentAt, body.due ?? 0);
}

/** Milliseconds since then. */
function ageOf(permit: PermitInHand, now: number): number {
  return now - rungAt(permit);
}

/** Whether its task may be on its way still, so that waiting for it is worth while. */
export function isFresh(permit: PermitInHand, now: number): boolean {
  return ageOf(permit, now) < FRESH_MS;
}

export function wasQuick(permit: PermitInHand, now: number): boolean {
  return ageOf(permit, now) <= QUICK_MS;
}

/** Whether it waited for a free slot: then more permits wait, most likely. */
export function isContended(permit: PermitInHand, now: number): boolean {
  return ageOf(permit, now) > CONTENDED_AFTER_MS;
}
