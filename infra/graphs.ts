/**
 * Graphs of the dashboard, and rows of them.
 */
import { GraphWidget, type IMetric, type IWidget, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import { MINUTE } from "./metrics.ts";

/** A dashboard's grid has so many columns. */
export const WIDTH = 24;
const HEIGHT = 6;
const RED = "#d62728";

/** Running copies of a function. AWS counts them by function only while any run. */
export function concurrency(functionName: string, label: string): Metric {
  return new Metric({
    namespace: "AWS/Lambda",
    metricName: "ConcurrentExecutions",
    dimensionsMap: { FunctionName: functionName },
    statistic: Stats.MAXIMUM,
    label,
    period: MINUTE,
  });
}

export type Graph = (width: number) => IWidget;

/** A value that the metrics cannot exceed, drawn as a red line. */
export interface Limit {
  value: number;
  label: string;
}

export function graph(title: string, left: IMetric[], limits: readonly Limit[] = []): Graph {
  return (width) =>
    new GraphWidget({
      title,
      left,
      width,
      height: HEIGHT,
      leftYAxis: { min: 0, showUnits: false },
      leftAnnotations: limits.map((limit) => ({ ...limit, color: RED })),
    });
}

export function row(graphs: Graph[]): IWidget[] {
  return graphs.map((each) => each(WIDTH / graphs.length));
}
