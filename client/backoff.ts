/**
 * When a call is repeated: exponential backoff with full jitter.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */

/** How the SDK repeats its own calls; not to be confused with the attempts of a task. */
export interface CallRetry {
  /** Requests in all for one call, the first included. @default 5 */
  maxAttempts?: number | undefined;
  /** The longest pause before the second request, in seconds; it doubles with each. @default 0.2 */
  baseSeconds?: number | undefined;
  /** The longest pause before any request, in seconds. @default 10 */
  maxSeconds?: number | undefined;
  /**
   * Seconds for one call in all, its pauses included: a pause that would last longer is not begun,
   * and the call ends with the error of its last request. Whoever awaits a future waits on.
   * @default 60
   */
  deadlineSeconds?: number | undefined;
}

/** Doublings beyond this change nothing and would overflow. */
const MAX_DOUBLINGS = 30;
/** A Retry-After beyond this is taken for a mistake. */
const MAX_RETRY_AFTER_SECONDS = 300;

/**
 * Milliseconds to wait before the next request. With a Retry-After, never less than that, and the
 * jitter on top, so that those who were turned away together do not come back together.
 * @param tried requests so far, from 1
 */
export function backoffMs(
  { baseSeconds = 0.2, maxSeconds = 10 }: CallRetry,
  tried: number,
  retryAfterSeconds = 0,
): number {
  const ceiling = Math.min(maxSeconds, baseSeconds * 2 ** Math.min(tried - 1, MAX_DOUBLINGS));
  return (retryAfterSeconds + Math.random() * ceiling) * 1000;
}

/** The seconds of a Retry-After header, which gives a number of seconds or a date. */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const text = headers.get("retry-after");
  if (!text) return undefined;
  const seconds = Number(text);
  const wanted = Number.isNaN(seconds) ? (Date.parse(text) - Date.now()) / 1000 : seconds;
  return Number.isNaN(wanted) ? undefined : Math.min(Math.max(0, wanted), MAX_RETRY_AFTER_SECONDS);
}

/** Resolves after so many milliseconds; rejects with the signal's reason when it aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
