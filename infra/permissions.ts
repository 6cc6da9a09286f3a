/**
 * What each function may do: exactly the calls that its code makes (aws/), on exactly the
 * resources that it makes them on.
 */
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { INPUTS, RESULTS } from "./bucket.ts";
import { exceptObjects } from "./exceptions.ts";
import type { PoolQueues, Queues } from "./queues.ts";
import type { Services } from "./services.ts";

const READ = ["dynamodb:GetItem", "dynamodb:BatchGetItem"];
const QUERY = "dynamodb:Query";
const WRITE = ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"].map(
  (action) => `dynamodb:${action}`,
);

export interface Grantees extends Services {
  /** By pool. */
  workers: ReadonlyMap<string, Lambda>;
}

export interface Stores {
  table: Table;
  bucket: Bucket;
}

export function grant(lambdas: Grantees, { table, bucket }: Stores, queues: Queues): void {
  const bands = queues.pools.flatMap((pool) => pool.bands.map((each) => each.queue));
  const permits = queues.pools.flatMap(permitQueues);
  const settle = queues.settle.queue;
  const dead = queues.all().map((each) => each.dead);
  const { api, wait, workers, settler, sweeper } = lambdas;

  allow(api, [...READ, ...WRITE], [table.tableArn]);
  allowObjects(api, bucket, INPUTS, ["PutObject"]);
  // To put with a tag, and to change it, is the same right.
  allowObjects(api, bucket, RESULTS, ["PutObject", "PutObjectTagging", "GetObject"]);
  send(api, [...bands, ...permits, settle]);
  allow(api, ["sqs:GetQueueAttributes"], arns(bands));

  allow(wait, READ, [table.tableArn]);
  allowObjects(wait, bucket, RESULTS, ["GetObject"]);

  for (const own of queues.pools) {
    const worker = workers.get(own.pool.name);
    if (!worker) continue;
    allow(worker, [...READ, ...WRITE], [table.tableArn]);
    // Coroutines submit tasks and read what they gave.
    allowObjects(worker, bucket, INPUTS, ["GetObject", "DeleteObject", "PutObject"]);
    allowObjects(worker, bucket, RESULTS, ["PutObject", "PutObjectTagging", "GetObject"]);
    // What a task's settling brings about may concern tasks of any pool.
    send(worker, [...bands, ...permits, settle]);
    receive(
      worker,
      own.bands.map((each) => each.queue),
    );
  }

  allow(settler, [...READ, QUERY, ...WRITE], [table.tableArn]);
  // Watchers that came late let a result live longer.
  allowObjects(settler, bucket, RESULTS, ["PutObjectTagging"]);
  send(settler, [...bands, ...permits, settle]);

  allow(sweeper, [...READ, QUERY, ...WRITE, "dynamodb:Scan"], [table.tableArn]);
  allowObjects(sweeper, bucket, RESULTS, ["PutObjectTagging"]);
  send(sweeper, [...bands, ...permits, settle]);
  allow(sweeper, ["sqs:GetQueueAttributes"], arns([...bands, ...permits, ...dead]));
  // What is only looked at, or cannot be read, is shown again.
  const reading = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"];
  const actions = reading.map((each) => `sqs:${each}`);
  allow(sweeper, actions, arns(dead));
}

function permitQueues({ permits, reserved }: PoolQueues): IQueue[] {
  return [permits.queue, ...(reserved ? [reserved.queue] : [])];
}

function send(lambda: Lambda, queues: readonly IQueue[]): void {
  allow(lambda, ["sqs:SendMessage"], arns(queues));
}

/** The queues of the mappings need no grant here: the event sources bring it. */
function receive(lambda: Lambda, queues: readonly IQueue[]): void {
  const actions = ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"];
  allow(
    lambda,
    actions.map((each) => `sqs:${each}`),
    arns(queues),
  );
}

function allowObjects(lambda: Lambda, bucket: Bucket, prefix: string, actions: string[]): void {
  if (lambda.role) exceptObjects(lambda.role, bucket, prefix);
  allow(
    lambda,
    actions.map((each) => `s3:${each}`),
    [bucket.arnForObjects(`${prefix}*`)],
  );
}

function allow(lambda: Lambda, actions: string[], resources: string[]): void {
  lambda.addToRolePolicy(new PolicyStatement({ actions, resources }));
}

function arns(queues: readonly IQueue[]): string[] {
  return queues.map((each) => each.queueArn);
}
