/**
 * Callers that do not give up easily: a call is repeated, with the same ids, until it is answered.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError, RequestError } from "../../client/index.ts";
import type { Random } from "../simulation/random.ts";

export type CallAnswer<T> =
  | { how: "answered"; value: T }
  /** 4xx: refused for good. */
  | { how: "refused"; error: Error }
  /** Nobody knows what became of it. */
  | { how: "gave up" };

/** Of the calls that failed, so many are not repeated. */
const GIVES_UP = 0.1;
/** Between two tries, beyond those of the SDK (milliseconds). */
const PAUSE_MS = 500;

export interface CallerOptions {
  random: Random;
  /** Whether it may leave a call that failed. @default true */
  mayGiveUp?: boolean;
  /** Calls still under way end when this aborts. */
  signal: AbortSignal;
}

export async function persistently<T>(
  call: () => PromiseLike<T>,
  { random, mayGiveUp = true, signal }: CallerOptions,
): Promise<CallAnswer<T>> {
  while (!signal.aborted) {
    try {
      return { how: "answered", value: await call() };
    } catch (error) {
      if (!isTransient(error)) return { how: "refused", error: error as Error };
      if (mayGiveUp && random.chance(GIVES_UP)) break;
      await sleep(PAUSE_MS * random.next(), undefined, { signal }).catch(() => {});
    }
  }
  return { how: "gave up" };
}

export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  if (!(error instanceof RequestError)) return false;
  const { status = 400 } = error;
  return status === 429 || status >= 500;
}
