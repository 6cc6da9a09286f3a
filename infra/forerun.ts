/**
 * The construct: everything of a deployment.
 */

import { join } from "node:path";
import { Duration, Stage } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import { createApi } from "./api.ts";
import { bound } from "./boundary.ts";
import { bundle, type FunctionName } from "./bundle.ts";
import { allowLogs } from "./encryption.ts";
import { deadQueues, environmentOf } from "./environment.ts";
import { publishEvents } from "./events.ts";
import { createFunction } from "./functions.ts";
import { addLambdaTasks } from "./lambdaTasks.ts";
import { readManifest, workerTimeoutSeconds } from "./manifest.ts";
import { grant } from "./permissions.ts";
import { checkTaskPools } from "./pools.ts";
import { type ForerunProps, resolveProps } from "./props.ts";
import { Queues } from "./queues.ts";
import { createTable } from "./table.ts";
import { watch } from "./watch.ts";
import { connectWorkers, createWorkers } from "./workers.ts";

/** An HTTP API gives up after 30 seconds. */
const HTTP_TIMEOUT = Duration.seconds(29);
const SETTLER_TIMEOUT = Duration.seconds(60);
const SWEEPER_TIMEOUT = Duration.seconds(60);

/** Batches of the settle queue in work at the same time. */
const SETTLERS = 10;

/**
 * A deployment: queues, table, functions, API and schedule.
 * @throws ConfigurationError that names the property, or says what is wrong with the tasks file
 * @example
 * const forerun = new Forerun(this, "Forerun", { tasks: "src/tasks.ts", slots: 20 });
 * new CfnOutput(this, "Endpoint", { value: forerun.endpoint });
 */
export class Forerun extends Construct {
  /** Base URL of the HTTP API. */
  readonly endpoint: string;
  readonly table: Table;
  readonly queues: Queues;
  readonly functions: Record<Exclude<FunctionName, "worker">, Lambda>;
  /** The worker functions by pool: grant them what their tasks need. */
  readonly workers: ReadonlyMap<string, Lambda>;

  constructor(scope: Construct, id: string, given: ForerunProps) {
    super(scope, id);
    const props = resolveProps(given);
    const { security } = props;
    bound(this, security.permissionsBoundary);
    allowLogs(security.encryptionKey);
    const manifest = addLambdaTasks(readManifest(props.tasks), props.lambdaTasks);
    checkTaskPools(manifest, props.pools);
    const workerSeconds = workerTimeoutSeconds(manifest);
    const workerTimeout = Duration.seconds(workerSeconds);
    const outdir = Stage.of(this)?.outdir ?? "cdk.out";
    const code = bundle(join(outdir, "bundles", this.node.addr), props.tasks, manifest);

    this.table = createTable(this, security);
    this.queues = new Queues(this, "Queues", {
      bands: props.bands,
      pools: props.pools,
      workerTimeout,
      settlerTimeout: SETTLER_TIMEOUT,
      encryptionKey: security.encryptionKey,
    });
    const environment = environmentOf(props, this.table, this.queues, workerSeconds);
    this.workers = createWorkers(this, {
      security,
      pools: props.pools,
      code: code.worker,
      timeout: workerTimeout,
      environment,
      lambdaTasks: props.lambdaTasks,
    });
    this.functions = {
      api: createFunction(this, "Api", {
        security,
        description: "Takes submissions, and all else but reads of futures.",
        code: code.api,
        timeout: HTTP_TIMEOUT,
        memory: 1024,
        environment,
        reservedConcurrency: security.apiConcurrency,
      }),
      wait: createFunction(this, "Wait", {
        security,
        description: "Reads futures, and holds the answer until one settles.",
        code: code.wait,
        timeout: HTTP_TIMEOUT,
        memory: 512,
        environment,
        // Held requests cannot take the concurrency that submissions need.
        reservedConcurrency: props.waiters,
      }),
      settler: createFunction(this, "Settler", {
        security,
        description: "Performs what futures owe.",
        code: code.settler,
        timeout: SETTLER_TIMEOUT,
        memory: 512,
        environment,
        recursive: true,
      }),
      sweeper: createFunction(this, "Sweeper", {
        security,
        description: "Each minute: due reminders, lost permits, dead letters.",
        code: code.sweeper,
        timeout: SWEEPER_TIMEOUT,
        memory: 512,
        environment: { ...environment, FORERUN_DEAD_QUEUES: deadQueues(this.queues) },
      }),
    };
    grant({ ...this.functions, workers: this.workers }, this.table, this.queues);
    publishEvents(this.functions.settler, manifest, props.eventBus);
    connectWorkers(this.workers, this.queues);
    this.trigger();
    const { api, wait } = this.functions;
    const http = createApi(this, { api, wait, security });
    this.endpoint = http.url;
    const { queues, functions, workers, table } = this;
    watch(this, { ...props, queues, functions, workers, table, api: http.api }, props);
  }

  private trigger(): void {
    const { settler, sweeper } = this.functions;
    settler.addEventSource(
      new SqsEventSource(this.queues.settle.queue, {
        batchSize: 10,
        maxConcurrency: SETTLERS,
        reportBatchItemFailures: true,
      }),
    );
    new Rule(this, "EveryMinute", {
      description: "Has the sweeper repair what no worker can notice.",
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(sweeper, { retryAttempts: 0 })],
    });
  }
}
