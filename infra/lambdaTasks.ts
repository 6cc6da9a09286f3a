/**
 * Tasks that are Lambda functions of others, by ARN or as a construct.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { DEFAULT_POOL } from "../core/pools.ts";
import type { RetryOptions } from "../core/retry.ts";
import { DEFAULT_TIMEOUT_SECONDS, taskFlaw } from "../core/taskLimits.ts";
import type { Manifest, ManifestTask } from "../core/wire.ts";
import { refuse } from "./refuse.ts";

/** A task that is a Lambda function: it gets the input as its event, and what it gives is the result. */
export interface LambdaTaskProps {
  /** The function, in any language; or its ARN, with the alias or version if it is to be that one. */
  lambda: IFunction | string;
  /**
   * Seconds that an attempt may take, up to 825; the function's own timeout should be no longer.
   * @default 60
   */
  timeoutSeconds?: number;
  /** How attempts that fail are repeated. @default 3 attempts, backoff from 1 s with full jitter */
  retry?: RetryOptions;
  /** JSON Schema (draft 2020-12) of the input, which the API checks. @default any JSON */
  input?: Record<string, unknown>;
  /** The pool whose slots wait for the function. @default the default pool */
  pool?: string;
  /** Publish an EventBridge event when a future of it has settled. @default false */
  event?: boolean;
}

export type LambdaTasks = Readonly<Record<string, LambdaTaskProps>>;

/** Their ARNs stand in the worker's environment, which may have 4 KB. */
const MAX_LAMBDA_TASKS = 10;
const ARN =
  /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]+)?$/;

/**
 * The manifest with these tasks besides those of the tasks file.
 * @throws ConfigurationError that names the task, and what would be right
 */
export function addLambdaTasks(manifest: Manifest, tasks: LambdaTasks): Manifest {
  const names = Object.keys(tasks);
  if (names.length > MAX_LAMBDA_TASKS) {
    refuseTask(
      "",
      `there are ${names.length}; at most ${MAX_LAMBDA_TASKS} fit a function's environment`,
    );
  }
  const added = Object.entries(tasks).map(([name, task]): [string, ManifestTask] => {
    const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, input, pool, event } = task;
    if (Object.hasOwn(manifest.tasks, name)) {
      refuseTask(name, "a task of the tasks file has this name");
    }
    check(name, { ...task, timeoutSeconds });
    return [
      name,
      {
        timeoutSeconds,
        ...(input ? { input } : {}),
        ...(pool === undefined ? {} : { pool }),
        ...(event ? { event } : {}),
      },
    ];
  });
  return { ...manifest, tasks: { ...manifest.tasks, ...Object.fromEntries(added) } };
}

/** What the worker and the API would only find out when the first such task comes. */
function check(name: string, task: LambdaTaskProps & { timeoutSeconds: number }): void {
  const flaw = taskFlaw(name, task);
  if (flaw?.option === "name") refuseTask(name, flaw.right);
  if (flaw) refuseTask(`${name}.${flaw.option}`, `it is ${flaw.given}; ${flaw.right}`);
  const { lambda, input } = task;
  if (typeof lambda === "string" && !ARN.test(lambda)) {
    refuseTask(`${name}.lambda`, `"${lambda}" is no ARN of a function`);
  }
  try {
    if (input) new Ajv2020({ strict: false, validateFormats: false }).compile(input);
  } catch (cause) {
    refuseTask(`${name}.input`, `it is no JSON Schema: ${(cause as Error).message}`);
  }
}

/** The functions that a pool's worker calls. */
export function functionsOf(tasks: LambdaTasks, pool: string): string[] {
  const own = Object.values(tasks).filter((task) => (task.pool ?? DEFAULT_POOL) === pool);
  return [...new Set(own.map(arnOf))];
}

/** What a pool's worker must know of them: worker/lambdaTasks.ts reads it. */
export function lambdaEnvironment(tasks: LambdaTasks, pool: string): Record<string, string> {
  const own = Object.entries(tasks).filter(([, task]) => (task.pool ?? DEFAULT_POOL) === pool);
  if (own.length === 0) return {};
  const described = own.map(([name, task]) => {
    const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, retry } = task;
    return [name, { arn: arnOf(task), timeoutSeconds, ...(retry ? { retry } : {}) }];
  });
  return { FORERUN_LAMBDA_TASKS: JSON.stringify(Object.fromEntries(described)) };
}

function arnOf({ lambda }: LambdaTaskProps): string {
  return typeof lambda === "string" ? lambda : lambda.functionArn;
}

function refuseTask(which: string, why: string): never {
  return refuse(which === "" ? "lambdaTasks" : `lambdaTasks.${which}`, why);
}
