/**
 * Leases: a running attempt's claim on its task. All times follow from the lease's length.
 */
import type { Config } from "./config.ts";

/** Clocks of two workers may differ by this much; a lease is over only this long after its end. */
export const SKEW_MS = 2000;

/**
 * A task's message outlasts its lease by this many seconds (more than the skew), so that whoever
 * meets the message again finds the lease over.
 */
const MESSAGE_MARGIN_SECONDS = 4;

/** A permit outlasts its task's message by this, so that it finds the task visible again. */
const PERMIT_MARGIN_SECONDS = 2;

export function leaseEnd(config: Config, now: number): number {
  return now + config.leaseSeconds * 1000;
}

export function isLeaseOver(leaseUntil: number | undefined, now: number): boolean {
  return leaseUntil === undefined || leaseUntil + SKEW_MS < now;
}

/** Seconds for which a task's message is hidden when it is received or its lease is renewed. */
export function messageVisibility(config: Config): number {
  return config.leaseSeconds + MESSAGE_MARGIN_SECONDS;
}

/** Seconds for which a permit is hidden while its task runs. */
export function permitVisibility(config: Config): number {
  return messageVisibility(config) + PERMIT_MARGIN_SECONDS;
}

/** Seconds until the message of a task that another worker runs shall be looked at again. */
export function untilLeaseOver(leaseUntil: number, now: number): number {
  return Math.max(1, Math.ceil((leaseUntil - now) / 1000) + MESSAGE_MARGIN_SECONDS);
}

/** Milliseconds between two heartbeats: two may fail before the lease is lost. */
export function beatInterval(config: Config): number {
  return (config.leaseSeconds * 1000) / 3;
}
