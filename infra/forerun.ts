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
import { bundle, type FunctionName } from "./bundle.ts";
import { createFunction } from "./functions.ts";
import { maxTimeoutSeconds, readManifest, workerTimeoutSeconds } from "./manifest.ts";
import { grant } from "./permissions.ts";
import { type ForerunProps, type ResolvedProps, resolveProps } from "./props.ts";
import { Queues } from "./queues.ts";
import { createTable } from "./table.ts";

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
  readonly functions: Record<FunctionName, Lambda>;

  constructor(scope: Construct, id: string, given: ForerunProps) {
    super(scope, id);
    const props = resolveProps(given);
    const manifest = readManifest(props.tasks);
    const workerSeconds = workerTimeoutSeconds(manifest);
    const workerTimeout = Duration.seconds(workerSeconds);
    const outdir = Stage.of(this)?.outdir ?? "cdk.out";
    const code = bundle(join(outdir, "bundles", this.node.addr), props.tasks, manifest);

    this.table = createTable(this);
    this.queues = new Queues(this, "Queues", {
      bands: props.bands,
      workerTimeout,
      settlerTimeout: SETTLER_TIMEOUT,
    });
    const environment = this.environment(props, workerSeconds);
    const dead = this.queues.all().map((each) => each.dead.queueUrl);
    this.functions = {
      api: createFunction(this, "Api", {
        description: "Takes submissions, and all else but reads of futures.",
        code: code.api,
        timeout: HTTP_TIMEOUT,
        memory: 1024,
        environment,
      }),
      wait: createFunction(this, "Wait", {
        description: "Reads futures, and holds the answer until one settles.",
        code: code.wait,
        timeout: HTTP_TIMEOUT,
        memory: 512,
        environment,
        // Held requests cannot take the concurrency that submissions need.
        reservedConcurrency: props.waiters,
      }),
      worker: createFunction(this, "Worker", {
        description: "Runs tasks, the most urgent first.",
        code: code.worker,
        timeout: workerTimeout,
        memory: props.workerMemory,
        environment,
        recursive: true,
      }),
      settler: createFunction(this, "Settler", {
        description: "Performs what futures owe.",
        code: code.settler,
        timeout: SETTLER_TIMEOUT,
        memory: 512,
        environment,
        recursive: true,
      }),
      sweeper: createFunction(this, "Sweeper", {
        description: "Each minute: due reminders, lost permits, dead letters.",
        code: code.sweeper,
        timeout: SWEEPER_TIMEOUT,
        memory: 512,
        environment: { ...environment, FORERUN_DEAD_QUEUES: dead.join(",") },
      }),
    };
    grant(this.functions, this.table, this.queues);
    this.trigger(props);
    const { api, wait } = this.functions;
    const { auth, jwt } = props;
    this.endpoint = createApi(this, { api, wait, auth, jwt }).apiEndpoint;
  }

  private environment(props: ResolvedProps, workerSeconds: number): Record<string, string> {
    const { bands, permits, settle } = this.queues;
    return {
      FORERUN_TABLE: this.table.tableName,
      FORERUN_BANDS: JSON.stringify(props.bands),
      FORERUN_BAND_QUEUES: bands.map((each) => each.queue.queueUrl).join(","),
      FORERUN_PERMIT_QUEUE: permits.queue.queueUrl,
      FORERUN_SETTLE_QUEUE: settle.queue.queueUrl,
      FORERUN_POLICY: props.policy,
      FORERUN_SLOTS: String(props.slots),
      FORERUN_LEASE_SECONDS: String(props.leaseSeconds),
      FORERUN_CANCEL_SECONDS: String(props.cancelSeconds),
      FORERUN_RETENTION_DAYS: String(props.retentionDays),
      FORERUN_MAX_TIMEOUT_SECONDS: String(maxTimeoutSeconds(workerSeconds)),
      FORERUN_STAGE: props.stage,
      ...(props.tenantClaim === undefined ? {} : { FORERUN_TENANT_CLAIM: props.tenantClaim }),
    };
  }

  private trigger(props: ResolvedProps): void {
    const { worker, settler, sweeper } = this.functions;
    worker.addEventSource(
      new SqsEventSource(this.queues.permits.queue, {
        batchSize: 1,
        maxConcurrency: props.slots,
        reportBatchItemFailures: true,
      }),
    );
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
