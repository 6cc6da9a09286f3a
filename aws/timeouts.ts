/**
 * How long a call to AWS may take, and how often it is repeated.
 */

/**
 * For every client. Each attempt has its own time, so a call fails after about 20 s at the worst.
 * What may be applied although its answer was lost is safe to repeat: see dynamodb/futures.ts for
 * writes; a message that is sent twice is a duplicate, which SQS itself may make.
 */
export const CALLS = {
  /** Milliseconds for the connection to stand. */
  connectionTimeout: 1000,
  /** Milliseconds for the answer to begin. */
  requestTimeout: 5000,
  /** The SDK's standard mode: exponential backoff with jitter, and a budget of retries. */
  retryMode: "standard",
  /** The first one included. */
  maxAttempts: 4,
} as const;

/** The options of a receive that SQS may hold for so many seconds. */
export function longPollTimeout(waitSeconds: number): { requestTimeout: number } {
  return { requestTimeout: CALLS.requestTimeout + waitSeconds * 1000 };
}

/**
 * For transfers of up to 50 MB, in milliseconds: at 4 MB a second, which the smallest function
 * reaches several times over.
 */
export const TRANSFER_TIMEOUT = { requestTimeout: 15_000 };
