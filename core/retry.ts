/**
 * Retry of attempts: exponential backoff with full jitter.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */

/** How attempts of a task are repeated. All are optional; what is missing is the default. */
export interface RetryOptions {
  /** Attempts in all, the first included; 1 to 100. @default 3 */
  maxAttempts?: number;
  /** The longest pause before the second attempt, in seconds; it doubles with each. @default 1 */
  baseSeconds?: number;
  /** The longest pause before any attempt, in seconds. @default 300 */
  maxSeconds?: number;
}

export const DEFAULT_RETRY: Required<RetryOptions> = {
  maxAttempts: 3,
  baseSeconds: 1,
  maxSeconds: 300,
};

/** Lays the caller's wishes over the task's own, and those over the defaults. */
export function effectiveRetry(...layers: (RetryOptions | undefined)[]): Required<RetryOptions> {
  return Object.assign({}, DEFAULT_RETRY, ...layers.filter((layer) => layer !== undefined));
}

/**
 * Whole seconds to wait before the next attempt: uniformly between 0 and the backoff (full
 * jitter), rounded at random so that the mean stays, since SQS delays by whole seconds.
 * @param failed attempts that have failed so far, from 1
 * @param random uniform in [0, 1)
 */
export function retryDelaySeconds(
  options: Required<RetryOptions>,
  failed: number,
  random: number,
): number {
  const ceiling = Math.min(options.maxSeconds, options.baseSeconds * 2 ** (failed - 1));
  return Math.floor(random * (ceiling + 1));
}
