/**
 * The construct: everything of a deployment.
 */

import { join } from "node:path";
import { Stage } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { createApi } from "./api.ts";
import { bound } from "./boundary.ts";
import { createBucket } from "./bucket.ts";
import { bundle } from "./bundle.ts";
import { allowLogs } from "./encryption.ts";
import { environmentOf } from "./environment.ts";
import { publishEvents } from "./events.ts";
import { addLambdaTasks } from "./lambdaTasks.ts";
import { readManifest } from "./manifest.ts";
import { grant } from "./permissions.ts";
import { checkTaskPools } from "./pools.ts";
import { type ForerunProps, resolveProps } from "./props.ts";
import { Queues } from "./queues.ts";
import { connectServices, createServices, SETTLER_TIMEOUT, type Services } from "./services.ts";
import { createTable } from "./table.ts";
import { timePools } from "./timeouts.ts";
import { watch } from "./watch.ts";
import { connectWorkers, createWorkers } from "./workers.ts";

/**
 * A deployment: queues, table, bucket, functions, API and schedule.
 * @throws ConfigurationError that names the property, or says what is wrong with the tasks file
 * @example
 * const forerun = new Forerun(this, "Forerun", { tasks: "src/tasks.ts", slots: 20 });
 * new CfnOutput(this, "Endpoint", { value: forerun.endpoint });
 */
export class Forerun extends Construct {
  /** Base URL of the HTTP API. */
  readonly endpoint: string;
  readonly table: Table;
  /** Inputs and results that are too large for the table. */
  readonly bucket: Bucket;
  readonly queues: Queues;
  readonly functions: Services;
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
    const pools = timePools(manifest, props.pools);
    const outdir = Stage.of(this)?.outdir ?? "cdk.out";
    const code = bundle(join(outdir, "bundles", this.node.addr), props.tasks, manifest);

    this.table = createTable(this, security);
    this.bucket = createBucket(this, props.retentionDays, security);
    this.queues = new Queues(this, "Queues", {
      bands: props.bands,
      pools,
      settlerTimeout: SETTLER_TIMEOUT,
      encryptionKey: security.encryptionKey,
    });
    const environment = environmentOf(props, this, this.queues);
    this.workers = createWorkers(this, {
      security,
      pools,
      code: code.worker,
      environment,
      lambdaTasks: props.lambdaTasks,
    });
    this.functions = createServices(this, {
      code,
      environment,
      queues: this.queues,
      waiters: props.waiters,
      limits: props.limits,
      security,
    });
    grant({ ...this.functions, workers: this.workers }, this, this.queues);
    publishEvents(this.functions.settler, manifest, props.eventBus);
    connectWorkers(this.workers, this.queues);
    connectServices(this, this.functions, this.queues);
    const { api, wait } = this.functions;
    const http = createApi(this, { api, wait, security });
    this.endpoint = http.url;
    const { queues, functions, workers, table } = this;
    watch(this, { ...props, queues, functions, workers, table, api: http.api }, props);
  }
}
