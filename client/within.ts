/**
 * For how long a program awaits.
 */

/** Longer timers (25 days) overflow, and fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** For how long to await. */
export interface AwaitOptions {
  /**
   * Seconds after which to stop awaiting, with a TimeoutError. The future itself goes on:
   * `cancel()` would stop it. @default no limit
   */
  timeoutSeconds?: number | undefined;
  /** Aborting it stops the awaiting, with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Runs it with a signal that aborts when the caller's does or the time is over.
 * @param late makes the signal's reason when the time is over
 */
export async function within<R>(
  { timeoutSeconds, signal }: AwaitOptions,
  late: (seconds: number) => Error,
  run: (signal: AbortSignal | undefined) => Promise<R>,
): Promise<R> {
  signal?.throwIfAborted();
  if (timeoutSeconds === undefined) return run(signal);
  const time = new AbortController();
  const timer = setTimeout(
    () => time.abort(late(timeoutSeconds)),
    Math.min(timeoutSeconds * 1000, MAX_TIMER_MS),
  );
  try {
    return await run(signal ? AbortSignal.any([signal, time.signal]) : time.signal);
  } finally {
    clearTimeout(timer);
  }
}
