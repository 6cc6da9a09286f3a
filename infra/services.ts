/**
 * The functions that every deployment has one of, and what wakes them: all but the workers.
 */
import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { Construct } from "constructs";
import type { Limits } from "../core/config.ts";
import type { FunctionName } from "./bundle.ts";
import { callersEnvironment, deadQueues, limitsOf } from "./environment.ts";
import { checkEnvironment } from "./environmentSize.ts";
import { createFunction } from "./functions.ts";
import type { Queues } from "./queues.ts";
import type { Security } from "./security.ts";

/** An HTTP API gives up after 30 seconds. */
const HTTP_TIMEOUT = Duration.seconds(29);
export const SETTLER_TIMEOUT = Duration.seconds(60);
const SWEEPER_TIMEOUT = Duration.seconds(60);

/** Batches of the settle queue in work at the same time. */
const SETTLERS = 10;

export type Services = Record<Exclude<FunctionName, "worker">, Lambda>;

export interface ServicesProps {
  /** Directories of the bundled code. */
  code: Record<FunctionName, string>;
  environment: Record<string, string>;
  queues: Queues;
  /** Requests that may be held open at the same time. */
  waiters: number;
  limits: Limits;
  security: Security;
}

export function createServices(scope: Construct, props: ServicesProps): Services {
  const { code, environment, queues, waiters, limits, security } = props;
  const http = { ...environment, ...callersEnvironment(security) };
  const sweeping = { ...environment, FORERUN_DEAD_QUEUES: deadQueues(queues) };
  // It has the most; nothing in it is the user's own.
  checkEnvironment(scope, sweeping, {
    property: "pools",
    fix: "use fewer pools or bands, or shorter names of them and of the stack",
  });
  return {
    api: createFunction(scope, "Api", {
      security,
      description: "Takes submissions, and all else but reads of futures.",
      code: code.api,
      timeout: HTTP_TIMEOUT,
      memory: 1024,
      environment: { ...http, ...limitsOf(limits) },
      reservedConcurrency: security.apiConcurrency,
    }),
    wait: createFunction(scope, "Wait", {
      security,
      description: "Reads futures, and holds the answer until one settles.",
      code: code.wait,
      timeout: HTTP_TIMEOUT,
      memory: 512,
      environment: http,
      // Held requests cannot take the concurrency that submissions need.
      reservedConcurrency: waiters,
    }),
    settler: createFunction(scope, "Settler", {
      security,
      description: "Performs what futures owe.",
      code: code.settler,
      timeout: SETTLER_TIMEOUT,
      memory: 512,
      environment,
      recursive: true,
    }),
    sweeper: createFunction(scope, "Sweeper", {
      security,
      description: "Each minute: due reminders, lost permits, dead letters.",
      code: code.sweeper,
      timeout: SWEEPER_TIMEOUT,
      memory: 512,
      environment: sweeping,
    }),
  };
}

export function connectServices(scope: Construct, services: Services, queues: Queues): void {
  const { settler, sweeper } = services;
  settler.addEventSource(
    new SqsEventSource(queues.settle.queue, {
      batchSize: 10,
      maxConcurrency: SETTLERS,
      reportBatchItemFailures: true,
    }),
  );
  new Rule(scope, "EveryMinute", {
    description: "Has the sweeper repair what no worker can notice.",
    schedule: Schedule.rate(Duration.minutes(1)),
    // The next minute's event does for one that is lost; that none arrives shall be seen.
    targets: [new LambdaFunction(sweeper, { retryAttempts: 0, deadLetterQueue: queues.sweepDead })],
  });
}
