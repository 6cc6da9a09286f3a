/**
 * The names and units of our metrics, for who tells them and who looks at them. Each is one custom
 * metric for each band (or one in all) that has data in an hour, at $0.30 a month. So none repeats
 * what AWS counts for nothing: depths and ages of queues, invocations, concurrency.
 */

export const NAMESPACE = "Forerun";

/** By `service` (the deployment's stage) and `band`, as metrics of the worker. */
export const BAND_METRICS = {
  /** From ready to claimed; of takeovers after a crash it is not told. */
  QueueWait: "Milliseconds",
  /** From claimed to settled. */
  RunTime: "Milliseconds",
  Starts: "Count",
  Succeeded: "Count",
  Failed: "Count",
  Cancelled: "Count",
  /** Attempts that failed and are followed by another. */
  Retries: "Count",
  /** Runs of coroutines that ended with waiting. */
  Suspended: "Count",
  /** Attempts whose worker stopped without a word, or that overran their lease. */
  Lost: "Count",
  /** 1 for a sampled dispatch that overlooked more urgent work, else 0: its average is the share. */
  Inversions: "Count",
} as const;

/** By `service` alone. */
export const SERVICE_METRICS = {
  /** Permits that found nothing to run. */
  SurplusPermits: "Count",
  /** Permits that slots rang because one must have been lost. */
  RungBySlots: "Count",
  /** Permits that the sweeper rang. */
  RungBySweeper: "Count",
  DeadLettersRedriven: "Count",
  DeadLettersUnreadable: "Count",
} as const;

export type BandMetric = keyof typeof BAND_METRICS;
export type ServiceMetric = keyof typeof SERVICE_METRICS;
