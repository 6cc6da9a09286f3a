/**
 * The worker functions, one for each pool, and what wakes them.
 */
import { Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Construct } from "constructs";
import { DEFAULT_POOL } from "../core/pools.ts";
import { checkEnvironment, type Fix } from "./environmentSize.ts";
import { createFunction } from "./functions.ts";
import { functionsOf, type LambdaTasks, lambdaEnvironment } from "./lambdaTasks.ts";
import { pascal, type Queues } from "./queues.ts";
import type { Security } from "./security.ts";
import { functionSeconds, type TimedPool } from "./timeouts.ts";

export interface WorkersProps {
  pools: readonly TimedPool[];
  /** Directory of the bundled code: the same for all, since a task may change its pool. */
  code: string;
  environment: Record<string, string>;
  lambdaTasks: LambdaTasks;
  security: Security;
}

/** @returns the functions by the names of their pools */
export function createWorkers(scope: Construct, props: WorkersProps): Map<string, Lambda> {
  const { pools, code, environment, lambdaTasks, security } = props;
  return new Map(
    pools.map((pool) => {
      const { name, memory, environment: own } = pool;
      const isDefault = name === DEFAULT_POOL;
      const variables = {
        ...own,
        ...environment,
        ...lambdaEnvironment(lambdaTasks, name),
        FORERUN_POOL: name,
      };
      checkEnvironment(scope, variables, fixOf(name, own));
      const lambda = createFunction(scope, isDefault ? "Worker" : `${pascal(name)}Worker`, {
        security: { ...security, ...pool.network },
        description: `Runs tasks${isDefault ? "" : ` of the pool ${name}`}, the most urgent first.`,
        code,
        timeout: Duration.seconds(functionSeconds(pool)),
        memory,
        environment: variables,
        recursive: true,
      });
      const resources = functionsOf(lambdaTasks, name);
      if (resources.length > 0) {
        const actions = ["lambda:InvokeFunction"];
        lambda.addToRolePolicy(new PolicyStatement({ actions, resources }));
      }
      return [name, lambda];
    }),
  );
}

/** What of a pool's variables is the user's own. */
function fixOf(pool: string, own: Readonly<Record<string, string>>): Fix {
  if (Object.keys(own).length > 0) {
    return {
      property: `pools.${pool}.environment`,
      fix: "pass less (the name of an SSM parameter or of an object that the tasks read, say), or move lambdaTasks to another pool",
    };
  }
  return {
    property: "lambdaTasks",
    fix: "move some of them to another pool, or use fewer pools or bands",
  };
}

/** Has the permits of each pool wake its function: as many at the same time as there are slots. */
export function connectWorkers(workers: ReadonlyMap<string, Lambda>, queues: Queues): void {
  for (const { pool, permits, reserved } of queues.pools) {
    const wake = (queue: typeof permits.queue, slots: number) =>
      workers.get(pool.name)?.addEventSource(
        new SqsEventSource(queue, {
          batchSize: 1,
          maxConcurrency: slots,
          reportBatchItemFailures: true,
        }),
      );
    wake(permits.queue, pool.slots);
    if (reserved && pool.reserved) wake(reserved.queue, pool.reserved.slots);
  }
}
