/**
 * core's ports on AWS.
 */
import { v7 as uuidv7 } from "uuid";
import { readConfig, readResources } from "../core/config.ts";
import type { Ports } from "../core/ports.ts";
import { systemClock } from "../core/systemClock.ts";
import { keptTrace } from "../core/trace.ts";
import { createClients } from "./clients.ts";
import { createStore } from "./dynamodb/store.ts";
import { createObjects } from "./s3/objects.ts";
import { createQueues } from "./sqs/queues.ts";

/**
 * Makes the ports from a function's environment; once in a process, when it starts.
 * @throws ConfigurationError that names the variable which is missing or wrong
 */
export function createPorts(env: NodeJS.ProcessEnv, more: Pick<Ports, "notices"> = {}): Ports {
  const config = readConfig(env);
  const resources = readResources(env);
  const { dynamodb, sqs } = createClients();
  return {
    ...more,
    config,
    store: createStore(dynamodb, resources.table, systemClock.now),
    objects: createObjects(resources.bucket),
    queues: createQueues(sqs, resources),
    clock: systemClock,
    random: () => Math.random(),
    newId: () => uuidv7(),
    // Lambda sets it anew for each invocation.
    trace: () => keptTrace(env._X_AMZN_TRACE_ID),
  };
}
