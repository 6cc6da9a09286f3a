/**
 * The names of our metrics in CloudWatch. Each stands for one custom metric for each band (or one
 * in all) that has data in an hour, at $0.30 a month, so none repeats what AWS counts for free
 * (depths and ages of queues, invocations, concurrency).
 */
import { MetricUnit } from "@aws-lambda-powertools/metrics";

export const NAMESPACE = "Forerun";

/** By `service` (the deployment's stage) and `band`, as metrics of the worker. */
export const BAND_METRICS = {
  /** From ready to claimed; of takeovers after a crash it is not told. */
  QueueWait: MetricUnit.Milliseconds,
  /** From claimed to settled. */
  RunTime: MetricUnit.Milliseconds,
  Starts: MetricUnit.Count,
  Succeeded: MetricUnit.Count,
  Failed: MetricUnit.Count,
  Cancelled: MetricUnit.Count,
  /** Attempts that failed and are followed by another. */
  Retries: MetricUnit.Count,
  /**
   * Attempts whose worker stopped without a word, or that overran their lease.
   */
  Lost: MetricUnit.Count,
  /** 1 for a sampled dispatch that overlooked more urgent work, else 0: its average is the share. */
  Inversions: MetricUnit.Count,
} as const;

/** By `service` alone. */
export const SERVICE_METRICS = {
  /** Permits that found nothing to run. */
  SurplusPermits: MetricUnit.Count,
  /** Permits that slots rang because one must have been lost. */
  RungBySlots: MetricUnit.Count,
  /** Permits that the sweeper rang. */
  RungBySweeper: MetricUnit.Count,
  DeadLettersRedriven: MetricUnit.Count,
  DeadLettersUnreadable: MetricUnit.Count,
} as const;

export type BandMetric = keyof typeof BAND_METRICS;
export type ServiceMetric = keyof typeof SERVICE_METRICS;
