/**
 * The dashboard: whether urgent work waits, and why.
 */
import { Dashboard, type IWidget, Stats, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { Band } from "../core/bands.ts";
import { DEFAULT_POOL } from "../core/pools.ts";
import { concurrency, graph, row, WIDTH } from "./graphs.ts";
import { MINUTE, OwnMetrics, tableThrottles, visible } from "./metrics.ts";
import type { Queues } from "./queues.ts";
import type { Watched } from "./watch.ts";

const HEADER = `# Forerun: does urgent work wait, and why?
Read from the top. **Queue wait** is what tasks that started had waited, by band; **oldest message** also counts those that run. If the top band waits:
**1. All slots busy?** *Slots in use* stands at the red line: more slots, or shorter tasks. **2. Slots free, and tasks ready?** No *permits visible*: permits were lost (*repairs*); permits visible: the worker does not start (*throttles*, *errors*). **3. Nothing ready, and yet slow?** DynamoDB *throttles*, or cold starts. **4. Lower bands first?** *Inversions*: the share of sampled starts that overlooked more urgent work; some are normal, SQS is not exact.
What each alarm means: docs/runbook.md.`;

export function createDashboard(scope: Construct, watched: Watched): Dashboard {
  const dashboard = new Dashboard(scope, "Dashboard");
  const header = new TextWidget({ markdown: HEADER, width: WIDTH, height: 5 });
  dashboard.addWidgets(header);
  for (const row of [waiting, working, going, failing, serving]) {
    dashboard.addWidgets(...row(watched));
  }
  return dashboard;
}

function waiting({ stage, bands, queues }: Watched): IWidget[] {
  const own = new OwnMetrics(stage);
  const wait = (statistic: string) =>
    bands.map(({ name }) => own.ofBand(name, "QueueWait", statistic, `${name} ${statistic}`));
  const oldest = ofBands(queues, bands).map(({ queue, label }) =>
    queue.metricApproximateAgeOfOldestMessage({
      label,
      statistic: Stats.MAXIMUM,
      period: MINUTE,
    }),
  );
  return row([
    graph("Queue wait, median (ms)", wait("p50")),
    graph("Queue wait, 99th percentile (ms)", wait("p99")),
    graph("Oldest message, those that run included (s)", oldest),
  ]);
}

/** The bands' queues of all pools; those of the default pool go by the band alone. */
function ofBands(queues: Queues, bands: readonly Band[]) {
  return queues.pools.flatMap(({ pool, bands: pairs }) =>
    pairs.map(({ queue }, index) => {
      const name = bands[index]?.name ?? "";
      return { queue, label: pool.name === DEFAULT_POOL ? name : `${pool.name} ${name}` };
    }),
  );
}

function working({ bands, queues, functions, workers, waiters }: Watched): IWidget[] {
  const ready = ofBands(queues, bands).map(({ queue, label }) => visible(queue, label));
  const permits = queues.pools.flatMap((each) => [
    visible(each.permits.queue, each.pool.name),
    ...(each.reserved ? [visible(each.reserved.queue, `${each.pool.name}, reserved`)] : []),
  ]);
  const busy = [...workers].map(([pool, worker]) => concurrency(worker.functionName, pool));
  const limits = queues.pools.map(({ pool }) => {
    const slots = pool.slots + (pool.reserved?.slots ?? 0);
    return { value: slots, label: `all ${slots} of ${pool.name}` };
  });
  return row([
    graph("Ready tasks", ready),
    graph("Slots in use", busy, limits),
    graph("Permits visible", permits),
    graph(
      "Reads held open",
      [concurrency(functions.wait.functionName, "reads")],
      [{ value: waiters, label: `all ${waiters}` }],
    ),
  ]);
}

function going({ stage, bands }: Watched): IWidget[] {
  const own = new OwnMetrics(stage);
  return row([
    graph(
      "Starts",
      bands.map(({ name }) => own.ofBand(name, "Starts", Stats.SUM)),
    ),
    graph(
      "Run time, 99th percentile (ms)",
      bands.map(({ name }) => own.ofBand(name, "RunTime", "p99")),
    ),
    // The top band overlooks nothing above it.
    graph(
      "Inversions (share of samples)",
      bands.slice(1).map(({ name }) => own.ofBand(name, "Inversions", Stats.AVERAGE)),
    ),
    graph("Repairs", [
      own.ofService("RungBySweeper", "rung by sweeper"),
      own.ofService("RungBySlots", "rung by slots"),
      own.ofService("SurplusPermits", "surplus permits"),
      own.ofService("DeadLettersRedriven", "dead letters sent again"),
    ]),
  ]);
}

function failing({ stage, bands, queues, functions, workers }: Watched): IWidget[] {
  const own = new OwnMetrics(stage);
  const lambdas = [
    ...Object.entries(functions),
    ...[...workers].map(([pool, worker]) => [`worker ${pool}`, worker] as const),
  ];
  const failures = (["Failed", "Retries", "Lost"] as const).flatMap((metric) =>
    bands.map(({ name }) => own.ofBand(name, metric, Stats.SUM, `${name} ${metric.toLowerCase()}`)),
  );
  return row([
    graph("Failures of tasks", failures),
    graph(
      "Dead letters",
      queues.all().map(({ dead }) => visible(dead, dead.node.id)),
    ),
    graph(
      "Errors of functions",
      lambdas.map(([label, each]) => each.metricErrors({ label, period: MINUTE })),
    ),
    graph(
      "Throttles of functions",
      lambdas.map(([label, each]) => each.metricThrottles({ label, period: MINUTE })),
    ),
  ]);
}

function serving({ table, api }: Watched): IWidget[] {
  const period = MINUTE;
  return row([
    graph("DynamoDB throttles", tableThrottles(table, period)),
    graph("API requests", [
      api.metricCount({ label: "all", statistic: Stats.SUM, period }),
      api.metricClientError({ label: "4xx", statistic: Stats.SUM, period }),
      api.metricServerError({ label: "5xx", statistic: Stats.SUM, period }),
    ]),
    // Reads that are held open last for as long as their callers wish.
    graph("API latency (ms), held reads included", [
      api.metricLatency({ label: "median", statistic: "p50", period }),
      api.metricLatency({ label: "p99", statistic: "p99", period }),
    ]),
  ]);
}
