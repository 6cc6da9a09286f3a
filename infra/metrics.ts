/**
 * The metrics that alarms and dashboard look at: our own (core/metrics.ts), and those
 * that AWS keeps for nothing.
 */
import { Duration } from "aws-cdk-lib";
import { Metric, Stats, Unit } from "aws-cdk-lib/aws-cloudwatch";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { type BandMetric, NAMESPACE, type ServiceMetric } from "../core/metrics.ts";

/** AWS and our functions tell their metrics by the minute. */
export const MINUTE = Duration.minutes(1);

export class OwnMetrics {
  private readonly stage: string;

  constructor(stage: string) {
    this.stage = stage;
  }

  /** @param statistic e.g. `p99`, `Sum`; see CloudWatch's statistics */
  ofBand(band: string, metricName: BandMetric, statistic: string, label = band): Metric {
    return this.own({ metricName, statistic, label }, { band });
  }

  ofService(metricName: ServiceMetric, label: string): Metric {
    return this.own({ metricName, statistic: Stats.SUM, label });
  }

  private own(
    props: { metricName: string; statistic: string; label: string },
    dimensions: Record<string, string> = {},
  ): Metric {
    const dimensionsMap = { service: this.stage, ...dimensions };
    return new Metric({ ...props, namespace: NAMESPACE, dimensionsMap, period: MINUTE });
  }
}

/** Messages that could be received, at their most in each minute. */
export function visible(queue: IQueue, label: string, statistic: string = Stats.MAXIMUM): Metric {
  const period = MINUTE;
  return queue.metricApproximateNumberOfMessagesVisible({
    statistic,
    label,
    period,
    unit: Unit.COUNT,
  });
}

/** Requests that DynamoDB throttled, reads and writes. */
export function tableThrottles({ tableName }: Table, period: Duration): [Metric, Metric] {
  const of = (metricName: string) =>
    new Metric({
      namespace: "AWS/DynamoDB",
      metricName,
      dimensionsMap: { TableName: tableName },
      statistic: Stats.SUM,
      period,
    });
  return [of("ReadThrottleEvents"), of("WriteThrottleEvents")];
}
