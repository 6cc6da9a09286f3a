/**
 * How a deployment is watched: alarms, dashboard, traces.
 */
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import type { Band } from "../core/bands.ts";
import { Alarms } from "./alarms.ts";
import { createDashboard } from "./dashboard.ts";
import type { Queues } from "./queues.ts";
import type { Services } from "./services.ts";
import { trace } from "./tracing.ts";
import type { ResolvedWatching } from "./watchingProps.ts";

/** What is watched. */
export interface Watched {
  stage: string;
  waiters: number;
  bands: readonly Band[];
  queues: Queues;
  functions: Services;
  /** By pool. */
  workers: ReadonlyMap<string, Lambda>;
  table: Table;
  api: HttpApi | RestApi;
}

export function watch(scope: Construct, watched: Watched, wishes: ResolvedWatching): void {
  const all = [...Object.values(watched.functions), ...watched.workers.values()];
  if (wishes.alarms) new Alarms(scope, "Alarms", watched, wishes.alarms);
  if (wishes.dashboard) createDashboard(scope, watched);
  if (wishes.tracing) for (const each of all) trace(each);
}
