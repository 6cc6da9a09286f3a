/**
 * The alarms. Each has an entry in docs/runbook.md, to which its description leads.
 */
import { Duration } from "aws-cdk-lib";
import {
  Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  MathExpression,
  Stats,
  TreatMissingData,
} from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import { Construct } from "constructs";
import { DEFAULT_POOL } from "../core/pools.ts";
import { MINUTE, OwnMetrics, tableThrottles, visible } from "./metrics.ts";
import { type PoolQueues, pascal } from "./queues.ts";
import { describe, type Entry } from "./runbook.ts";
import type { Watched } from "./watch.ts";
import type { ResolvedWatching } from "./watchingProps.ts";

type Rule = Omit<CreateAlarmOptions, "alarmDescription">;

const FIVE_MINUTES = Duration.minutes(5);

/** The least that counts is one. */
const ANY = {
  threshold: 1,
  evaluationPeriods: 1,
  comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
};

/** Requests that may fail in five minutes; callers repeat them, and one in a while is a throttle. */
const API_FAILURES = 5;

/** SQS keeps messages for 14 days: this leaves four to act. */
const OLD_SECONDS = Duration.days(10).toSeconds();

/** Steady losses; a crash now and then loses a permit, which is what the sweeper is for. */
const REPAIRS = { evaluationPeriods: 6, datapointsToAlarm: 3 };

export class Alarms extends Construct {
  private readonly topic: SnsAction | undefined;

  constructor(
    scope: Construct,
    id: string,
    watched: Watched,
    { waitSeconds, topic }: Exclude<ResolvedWatching["alarms"], false>,
  ) {
    super(scope, id);
    this.topic = topic && new SnsAction(topic);
    this.work(watched, waitSeconds);
    this.functions(watched);
    this.services(watched);
  }

  private work({ stage, bands, queues }: Watched, waitSeconds: number): void {
    for (const { dead } of queues.all()) {
      const { id } = dead.node;
      this.alarm(
        "DeadLetters",
        id.replace(/Dead$/, ""),
        visible(dead, id).with({ period: FIVE_MINUTES }),
        ANY,
      );
    }
    const own = new OwnMetrics(stage);
    const top = bands[0]?.name ?? "";
    this.alarm("CriticalWait", "", own.ofBand(top, "QueueWait", "p99"), {
      threshold: waitSeconds * 1000,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
    for (const pool of queues.pools) {
      this.standing(pool, top, waitSeconds);
      this.old(pool);
    }
    const rung = own.ofService("RungBySweeper", "permits").with({ period: FIVE_MINUTES });
    this.alarm("SweeperRepairs", "", rung, { ...ANY, ...REPAIRS });
    const undelivered = visible(queues.sweepDead, queues.sweepDead.node.id);
    this.alarm("SweeperUndelivered", "", undelivered.with({ period: FIVE_MINUTES }), ANY);
  }

  /**
   * What never starts tells no wait. (SQS tells of both by the minute, zeros included; of a metric
   * that has no data an expression gives none.)
   */
  private standing({ pool, bands }: PoolQueues, top: string, waitSeconds: number): void {
    const queue = bands[0]?.queue;
    if (!queue) return;
    const received = queue.metricNumberOfMessagesReceived({ statistic: Stats.SUM, period: MINUTE });
    const metric = new MathExpression({
      expression: "IF(ready > 0 AND received == 0, 1, 0)",
      usingMetrics: { ready: visible(queue, "ready", Stats.MINIMUM), received },
      label: `${top}: ready, and none is taken`,
      period: MINUTE,
    });
    // The depths of queues lag by a minute.
    const minutes = Math.max(3, Math.ceil(waitSeconds / 60) + 1);
    const part = pool.name === DEFAULT_POOL ? "" : pascal(pool.name);
    this.alarm("CriticalStands", part, metric, { ...ANY, evaluationPeriods: minutes });
  }

  /** Work that waits so long, most likely in a paused band, loses its message. */
  private old({ pool, bands }: PoolQueues): void {
    const ages = bands.map(({ queue }, index) => {
      const metric = queue.metricApproximateAgeOfOldestMessage({
        statistic: Stats.MAXIMUM,
        period: FIVE_MINUTES,
      });
      return [`band${index}`, metric] as const;
    });
    const metric = new MathExpression({
      expression: `MAX([${ages.map(([name]) => name).join(", ")}])`,
      usingMetrics: Object.fromEntries(ages),
      label: "age of the oldest message (s)",
      period: FIVE_MINUTES,
    });
    const part = pool.name === DEFAULT_POOL ? "" : pascal(pool.name);
    this.alarm("OldMessages", part, metric, { ...ANY, threshold: OLD_SECONDS });
  }

  private functions({ functions, workers }: Watched): void {
    for (const lambda of [...Object.values(functions), ...workers.values()]) {
      const { id } = lambda.node;
      this.alarm("Errors", id, lambda.metricErrors({ period: FIVE_MINUTES }), ANY);
      this.alarm("Throttles", id, lambda.metricThrottles({ period: FIVE_MINUTES }), ANY);
    }
    this.alarm("SweeperSilent", "", functions.sweeper.metricInvocations({ period: MINUTE }), {
      threshold: 1,
      evaluationPeriods: 5,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  private services({ table, api }: Watched): void {
    for (const metric of tableThrottles(table, FIVE_MINUTES)) {
      this.alarm("TableThrottles", metric.metricName, metric, ANY);
    }
    const failures = api.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM });
    this.alarm("ApiFailures", "", failures, { ...ANY, threshold: API_FAILURES });
  }

  private alarm(entry: Entry, part: string, metric: IMetric, rule: Rule): void {
    const alarm = new Alarm(this, `${entry}${part}`, {
      metric,
      // No data: nothing went on, so nothing went wrong.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...rule,
      alarmDescription: describe(entry, part),
    });
    if (!this.topic) return;
    alarm.addAlarmAction(this.topic);
    alarm.addOkAction(this.topic);
  }
}
